#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes every test file once: make_all.sh OUT_DIR PYTHON. PYTHON needs mutagen. A second run finds them made.
set -eu

out=${1:?usage: make_all.sh OUT_DIR PYTHON}
python=${2:?usage: make_all.sh OUT_DIR PYTHON}
here=$(cd "$(dirname "$0")" && pwd)
recipe=$(cat "$here"/make_*.sh "$here"/make_*.py | sha256sum)
[ ! -f "$out/.recipe" ] || [ "$(cat "$out/.recipe")" != "$recipe" ] || exit 0
rm -rf "$out"
sh "$here/make_media.sh" "$out"
"$python" "$here/make_hostile.py" "$out"
"$python" "$here/make_retagged.py" "$out"
echo "$recipe" >"$out/.recipe"
