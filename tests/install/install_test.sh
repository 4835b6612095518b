#!/usr/bin/env bash
# install_test.sh BUILD_DIR SAMPLES_DIR [OPTION OF elf_files.py]
set -euo pipefail
build=$1 samples=$2 here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
portrait=$(find "$samples" -name '*.jpg' | sort | head -n 1)

echo "exported symbols:"
python3 -B "$here/exported_symbols.py" "$(find "$work/prefix" -name libportrait_depth.so)" \
  "$work/prefix/include/portrait_depth"

echo "run paths and hardening:"
python3 -B "$here/elf_files.py" "${@:3}" "$work/prefix"

echo "licenses:"
python3 -B "$here/licenses.py" "$work/prefix"

cmake -S "$here/consumer" -B "$work/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/configure.log" 2>&1 ||
  { cat "$work/configure.log"; exit 1; }
cmake --build "$work/cmake" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
echo "find_package:"
env -u PORTRAIT_DEPTH_MODELS "$work/cmake/consumer" "$portrait"

echo "pkg-config:"
pkg_config_path=$(dirname "$(find "$work/prefix" -name portrait_depth.pc)")
# shellcheck disable=SC2046
c++ "$here/consumer/main.cpp" -o "$work/plain" \
  $(PKG_CONFIG_PATH="$pkg_config_path" pkg-config --cflags --libs portrait_depth) \
  -Wl,-rpath,"$(dirname "$pkg_config_path")"
env -u PORTRAIT_DEPTH_MODELS "$work/plain" "$portrait"

echo "the installed command:"
env -u PORTRAIT_DEPTH_MODELS "$work/prefix/bin/portrait-depth" depth "$portrait" -o "$work/depth.npy"
test -s "$work/depth.npy"
# A launcher may give the program any name.
(unset PORTRAIT_DEPTH_MODELS && exec -a elsewhere/portrait-depth "$work/prefix/bin/portrait-depth" models) |
  grep -qF "$work/prefix/share/portrait_depth/models/"
