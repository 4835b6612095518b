#!/usr/bin/env bash
# Runs every fuzz target for so many seconds: scripts/fuzz.sh 600. What it learns stays in build/fuzz/corpus; an input that
# breaks a reader is left in build/fuzz, and belongs, made small, into tests/fuzz/corpus once mended.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
scripts/debian_packages.sh clang-14:clang++-14 libclang-rt-14-dev
if [ ! -f build/fuzz/build.ninja ]; then
  cmake -S . -B build/fuzz -G Ninja -D CMAKE_CXX_COMPILER=clang++-14 -D CMAKE_BUILD_TYPE=RelWithDebInfo \
    -D PORTRAIT_DEPTH_SANITIZE=address,undefined,fuzzer-no-link -D PORTRAIT_DEPTH_FUZZ=ON -D PORTRAIT_DEPTH_PYTHON=OFF \
    -D PORTRAIT_DEPTH_TRAINING=OFF -D PORTRAIT_DEPTH_BENCH=OFF >/dev/null
fi
for seeds in tests/fuzz/corpus/*/; do
  target=$(basename "$seeds")
  cmake --build build/fuzz --target "fuzz_$target" -- --quiet
  mkdir -p "build/fuzz/corpus/$target"
  echo "$target: $seconds s"
  # glib keeps memory until the end on purpose; leaks in our own code are `make test-asan`'s.
  ASAN_OPTIONS=detect_leaks=0 "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=8192 \
    -dict="tests/fuzz/$target.dict" -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 \
    "build/fuzz/corpus/$target" "$seeds" 2> >(grep -E "ERROR|SUMMARY|BINGO|stat::number_of_executed|does not hold|Test unit" >&2)
done
