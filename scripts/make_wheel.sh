#!/usr/bin/env bash
# Builds the Python wheel with all libraries inside, or the source archive: scripts/make_wheel.sh wheel|sdist FOLDER
#
# Needs `make setup-packaging`. SOURCE_DATE_EPOCH gives the time of the files inside; by default the last commit's.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=$1 folder=$(realpath -m "$2")
venv=$PWD/.deps/packaging-venv libraries=$(realpath .deps/package-libraries)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} PATH=$venv/bin:$PATH
mkdir -p "$folder"

if [ "$kind" = sdist ]; then  # contains the page's viewer, so that a build needs no Node.js
  viewer=$(compgen -G 'build/*/src/export/viewer.min.js' | head -n 1) || { echo "no viewer.min.js: build the wheel first" >&2; exit 1; }
  cp "$viewer" .deps/viewer/viewer.min.js
  python -m build --sdist --no-isolation --skip-dependency-check --outdir "$folder" . >&2
  exit
fi

# The compiler has the name of the other builds, so that ccache knows their objects. The libraries
# of .deps/package-libraries come before the system's.
export CC=cc CXX=c++ PKG_CONFIG_PATH=$libraries/lib/pkgconfig LD_LIBRARY_PATH=$libraries/lib
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python -m build --wheel --no-isolation --skip-dependency-check --outdir "$work" . >&2
python -B scripts/repair_wheel.py "$work"/*.whl "$folder" "$libraries"
