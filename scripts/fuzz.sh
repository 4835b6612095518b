#!/usr/bin/env bash
# Runs every fuzz target for a number of seconds: scripts/fuzz.sh 600. The corpora grow in build/fuzz/corpus. An input that
# breaks a reader stays in build/fuzz; its reduced form belongs into tests/fuzz/corpus together with the repair.
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
  # GLib keeps memory until the end by design; `make test-asan` finds leaks in the project's code.
  ASAN_OPTIONS=detect_leaks=0 "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=8192 \
    -dict="tests/fuzz/$target.dict" -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 \
    "build/fuzz/corpus/$target" "$seeds" 2> >(grep -E "ERROR|SUMMARY|BINGO|stat::number_of_executed|does not hold|Test unit" >&2)
done
