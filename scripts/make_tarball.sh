#!/usr/bin/env bash
# Installs the tree of the wheel into an archive that runs from any folder: scripts/make_tarball.sh FOLDER
#
# The archive contains the command, the library with its development files, the networks, and every shared library beyond
# those of the C and C++ compilers. Needs scripts/make_wheel.sh first, whose build it installs.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "$1") libraries=$(realpath .deps/package-libraries)
build=$(echo build/wheel-cpython-*)
version=$(scripts/version.sh)
name=portrait-depth-$version-linux-$(uname -m)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} PKG_CONFIG_PATH=$libraries/lib/pkgconfig LD_LIBRARY_PATH=$libraries/lib
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake -S . -B "$build" -D PORTRAIT_DEPTH_PACKAGES=ON >"$work/log" 2>&1 && cmake --build "$build" --target manual >>"$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }
for component in runtime command development manual; do
  cmake --install "$build" --prefix "$work/$name" --component "$component" --strip >>"$work/log"
done
.deps/packaging-venv/bin/python -B scripts/bundle_libraries.py "$work/$name" "$libraries"
mkdir -p "$folder"
tar --create --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
  -C "$work" "$name" | gzip --no-name -9 >"$folder/$name.tar.gz"
echo "$name.tar.gz"
