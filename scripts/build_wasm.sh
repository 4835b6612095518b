#!/bin/sh
# Compiles the core for browsers: build/wasm (one thread) and build/wasm-threads (for cross-origin isolated pages). Needs
# Emscripten (Debian: emscripten) and `npm ci` in web/.
set -eu
cd "$(dirname "$0")/.."
if ! command -v emcc >/dev/null; then
  echo "build_wasm.sh: Emscripten is missing; apt-get install emscripten" >&2
  exit 1
fi
# Debian's Emscripten asks node for the package acorn and does not bring it.
if [ ! -d web/node_modules/acorn ]; then
  echo "build_wasm.sh: web/node_modules is missing; run (cd web && npm ci) first" >&2
  exit 1
fi
mkdir -p build
for preset in wasm wasm-threads; do
  log=build/$preset-configure.log
  cmake --preset "$preset" >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
  }
  cmake --build --preset "$preset" "$@"
done
