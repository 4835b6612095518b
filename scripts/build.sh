#!/usr/bin/env bash
# Configures (once) and builds one preset: scripts/build.sh release [command]. With `command`, only the command
# portrait-depth is built, and only its dependencies are needed; a later full build keeps its objects. Quiet unless
# something fails.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1 parts=${2:-all}
build=build/$preset

options=() target=()
if [ "$preset" = release ]; then options+=(-D "PORTRAIT_DEPTH_BIN_DIR=$PWD/bin"); fi
if [ "$parts" = command ]; then target=(--target portrait-depth); fi

# A build folder that is configured for everything serves the command too.
is_configured() {
  [ -f "$build/build.ninja" ] && { [ "$parts" = command ] || ! grep -qx 'PORTRAIT_DEPTH_TESTS:BOOL=OFF' "$build/CMakeCache.txt"; }
}

if ! is_configured; then
  if [ "$parts" = command ]; then wanted=OFF; else wanted=ON; fi
  if [ "$preset" = release ]; then
    for part in TESTS BENCH TRAINING PYTHON; do options+=(-D "PORTRAIT_DEPTH_$part=$wanted"); done
  fi
  mkdir -p "$build"
  cmake --preset "$preset" "${options[@]}" >"$build/configure.log" 2>&1 || { cat "$build/configure.log" >&2; exit 1; }
fi
cmake --build --preset "$preset" --parallel "${JOBS:-$(nproc)}" "${target[@]}"
