#!/usr/bin/env bash
# Configures (once) and builds one preset: scripts/build.sh release. Quiet unless something is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1

bin_dir=()
if [ "$preset" = release ]; then bin_dir=(-D "PORTRAIT_DEPTH_BIN_DIR=$PWD/bin"); fi
if [ ! -f "build/$preset/build.ninja" ]; then
  mkdir -p "build/$preset"
  log=build/$preset/configure.log
  cmake --preset "$preset" "${bin_dir[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
cmake --build --preset "$preset" --parallel "${JOBS:-$(nproc)}"
