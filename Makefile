# SPDX-License-Identifier: MIT
# Every target is one script in scripts/; this file only names them.
.DEFAULT_GOAL := help
.PHONY: help demo test bench lint format clean

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

demo:  ## from a folder of music to a playlist (MUSIC=~/Music takes yours)
	@MUSIC="$(MUSIC)" scripts/demo

test:  ## install, build and run every test
	@scripts/test

bench:  ## run the benchmarks
	@scripts/bench

lint:  ## check form and types
	@scripts/lint

format:  ## format the code in place
	@scripts/format

clean:  ## remove what was built
	@scripts/clean
