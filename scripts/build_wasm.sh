#!/bin/sh
# Compiles the core for browsers: build/wasm (one thread) and build/wasm-threads (for cross-origin isolated pages). Needs
# `make setup-web`.
set -eu
cd "$(dirname "$0")/.."
if ! command -v emcc >/dev/null; then
  echo "build_wasm.sh: Emscripten is missing; run make setup-web" >&2
  exit 1
fi
# Debian's Emscripten needs the Node.js package acorn and does not include it.
if [ ! -d web/node_modules/acorn ]; then
  echo "build_wasm.sh: web/node_modules is missing; run make setup-web" >&2
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
