#!/usr/bin/env bash
# Builds the Debian packages for this machine's release of Debian: scripts/make_debs.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "$1")
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
build=build/debian
mkdir -p "$build"
cmake -S . -B "$build" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_INSTALL_PREFIX=/usr -D PORTRAIT_DEPTH_PACKAGES=ON -D PORTRAIT_DEPTH_UNITY=ON \
  -D PORTRAIT_DEPTH_TESTS=OFF -D PORTRAIT_DEPTH_BENCH=OFF -D PORTRAIT_DEPTH_TRAINING=OFF -D PORTRAIT_DEPTH_PYTHON=OFF \
  >"$build/configure.log" 2>&1 || { cat "$build/configure.log" >&2; exit 1; }
cmake --build "$build" --parallel "${JOBS:-$(nproc)}"
rm -rf "$build/debs"
(cd "$build" && cpack -G DEB -B debs) >"$build/cpack.log" 2>&1 || { cat "$build/cpack.log" >&2; exit 1; }
mkdir -p "$folder"
cp "$build"/debs/*.deb "$folder/"
(cd "$build/debs" && ls ./*.deb)
