#!/bin/sh
# Compiles the core to build/wasm/portrait_depth_core.wasm. Needs Emscripten (Debian: emscripten) and `npm ci` in web/.
set -eu
cd "$(dirname "$0")/.."
if ! command -v emcmake >/dev/null; then
  echo "build_wasm.sh: Emscripten is missing; apt-get install emscripten" >&2
  exit 1
fi
# Debian's Emscripten asks node for the package acorn and does not bring it.
if [ ! -d web/node_modules/acorn ]; then
  echo "build_wasm.sh: web/node_modules is missing; run (cd web && npm ci) first" >&2
  exit 1
fi
NODE_PATH="$PWD/web/node_modules"
export NODE_PATH
mkdir -p build
emcmake cmake -S bindings/wasm -B build/wasm -G Ninja -DCMAKE_BUILD_TYPE=Release >build/wasm-configure.log 2>&1 || {
  cat build/wasm-configure.log >&2
  exit 1
}
cmake --build build/wasm --target portrait_depth_core "$@"
