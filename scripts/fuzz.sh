#!/usr/bin/env bash
# Runs fuzz targets under sanitizers: scripts/fuzz.sh SECONDS RUNS [TARGET...]. Without a target: all. First libFuzzer runs
# each for SECONDS, at most RUNS inputs (-1: no limit). The corpora grow in build/fuzz/corpus. If inputs are left of RUNS,
# fuzz_runner.cpp then mutates the grown corpus without coverage, which takes a third of the time or less. The last lines are
# a table. An input that breaks the code stays in build/fuzz; its reduced form belongs into tests/fuzz/corpus together with
# the repair.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1 runs=$2
shift 2
scripts/debian_packages.sh clang-14:clang++-14 libclang-rt-14-dev
if [ ! -f build/fuzz/build.ninja ]; then cmake --preset fuzz >/dev/null; fi
if [ $# -eq 0 ]; then
  for seeds in tests/fuzz/corpus/*/; do set -- "$@" "$(basename "$seeds")"; done
fi
runners=("${@/#/fuzz_}")
cmake --build build/fuzz --parallel "${JOBS:-$(nproc)}" --target "${runners[@]}" "${runners[@]/%/_short}" -- --quiet

# The last number behind a word in libFuzzer's output.
figure() { sed -nE "s/.*\b$1: *([0-9]+).*/\1/p" "$2" | tail -n 1; }

# Prints the lines of a log that describe a fault.
faults() { grep -E 'ERROR|SUMMARY|does not hold|Test unit|runtime error' "$1" || tail -n 5 "$1"; }

# GLib keeps memory until the end by design; `make test-asan` finds leaks in the project's code. A small quarantine keeps the
# memory in the processor's caches.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:quarantine_size_mb=16
table=$(mktemp) status=0
printf '| target | libFuzzer: inputs | seconds | edges | mutated inputs | seconds | result |\n' >"$table"
printf '| --- | --- | --- | --- | --- | --- | --- |\n' >>"$table"
for target in "$@"; do
  corpus=build/fuzz/corpus/$target log=build/fuzz/$target.log result='no fault' mutated=0
  mkdir -p "$corpus"
  dictionary=tests/fuzz/$target.dict
  [ -f "$dictionary" ] || dictionary=tests/fuzz/photo.dict
  echo "$target: at most $seconds s"
  "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -runs="$runs" -max_len=8192 -timeout=30 -rss_limit_mb=4096 \
    -dict="$dictionary" -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 "$corpus" "tests/fuzz/corpus/$target" \
    >"$log" 2>&1 || {
    faults "$log" >&2
    result=$(grep -oE 'does not hold: .*|(ERROR|SUMMARY): .*' "$log" | tail -n 1 || true)
    status=1
  }
  executed=$(figure stat::number_of_executed_units "$log")
  cp -n "tests/fuzz/corpus/$target"/* "$corpus"
  files=("$corpus"/*)
  start=$SECONDS
  if [ "$result" = 'no fault' ] && [ "$runs" -gt "$executed" ]; then
    echo "$target: $((runs - executed)) mutated inputs"
    mutated_log=build/fuzz/$target-mutated.log
    (cd build/fuzz && ASAN_OPTIONS="$ASAN_OPTIONS:abort_on_error=1" "tests/fuzz/fuzz_${target}_short" "corpus/$target" \
      $(((runs - executed + ${#files[@]} - 1) / ${#files[@]})) >"../../$mutated_log" 2>&1) || {
      faults "$mutated_log" >&2
      mv build/fuzz/crash.bin "build/fuzz/$target-mutated-crash" || true
      result='broken by a mutated input' status=1
    }
    mutated=$(sed -nE 's/^([0-9]+) inputs$/\1/p' "$mutated_log")
  fi
  printf '| `%s` | %s | %s | %s | %s | %s | %s |\n' "$target" "$executed" \
    "$(sed -nE 's/^Done [0-9]+ runs in ([0-9]+) .*/\1/p' "$log" | tail -n 1)" "$(figure cov "$log")" "${mutated:-0}" \
    $((SECONDS - start)) "${result:-failed}" >>"$table"
done
cat "$table"
rm "$table"
exit $status
