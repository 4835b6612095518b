#!/usr/bin/env bash
# Configures (once) and builds a preset: scripts/build.sh PRESET [TARGET]. Quiet unless something fails.
#
# The preset `command` is for a first film: it needs no more than the command, and compiles several files at once. A full
# build, where there is one, serves in its place.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1 target=()
if [ $# -gt 1 ]; then target=(--target "$2"); fi
if [ "$preset" = command ] && [ -f build/release/build.ninja ]; then preset=release target=(--target portrait-depth); fi
build=build/$preset

options=()
if [ "$preset" = release ] || [ "$preset" = command ]; then options+=(-D "PORTRAIT_DEPTH_BIN_DIR=$PWD/bin"); fi
if [ ! -f "$build/build.ninja" ]; then
  mkdir -p "$build"
  cmake --preset "$preset" "${options[@]}" >"$build/configure.log" 2>&1 || { cat "$build/configure.log" >&2; exit 1; }
fi
cmake --build --preset "$preset" --parallel "${JOBS:-$(nproc)}" "${target[@]}"
