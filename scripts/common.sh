# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced by every script: where things are, how work that is done is recognised, how a phase is announced.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
STAMPS=$VENV/stamps
JOBS=${JOBS:-$(nproc)}
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$JOBS}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
# What includes torch's precompiled headers can be cached only so.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}
cd "$ROOT"

say() { printf '\n== %s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# is_current NAME HASH: was the work NAME done for these inputs?
is_current() { [[ -f $STAMPS/$1 && $(<"$STAMPS/$1") == "$2" ]]; }

mark_current() {
  mkdir -p "$STAMPS"
  printf '%s\n' "$2" >"$STAMPS/$1"
}

hash_text() { sha256sum | cut -d' ' -f1; }

# Everything that ends up in the extension modules; Python files count by name, an editable install reads them in place.
hash_build_inputs() {
  {
    find CMakeLists.txt CMakePresets.json pyproject.toml cmake src include python/bindings python/nn tests/cpp tests/fuzz \
      examples/cpp -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum
    find python/mess -type f -not -name '*.pyc' 2>/dev/null | LC_ALL=C sort
    # Torch in the environment decides whether libmess_neural is built.
    find "$VENV"/lib/python*/site-packages -maxdepth 1 -name 'torch-*' 2>/dev/null
  } | hash_text
}

# note_phase NAME COMMAND...: runs the command, notes how long it took and sets PHASE_STATUS.
PHASES=()
note_phase() {
  local name=$1 start=$SECONDS
  shift
  say "$name"
  # A tested command (`if`, `||`) would run without `set -e`; a subshell of its own keeps it.
  set +e
  (
    set -e
    "$@"
  )
  PHASE_STATUS=$?
  set -e
  PHASES+=("$(printf '%-28s %5d s' "$name" $((SECONDS - start)))")
}

# phase NAME COMMAND...: the same, and the script ends when the command fails.
phase() {
  note_phase "$@"
  ((PHASE_STATUS == 0)) || exit "$PHASE_STATUS"
}

print_phases() {
  say "time of each phase"
  printf '%s\n' "${PHASES[@]}"
}

list_cpp_files() {
  find include src python/bindings tests examples benchmarks \( -name '*.h' -o -name '*.cc' \) -type f -print0
}
