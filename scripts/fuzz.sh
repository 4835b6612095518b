#!/usr/bin/env bash
# Runs fuzz targets under libFuzzer: scripts/fuzz.sh SECONDS RUNS [TARGET...], for SECONDS each, at most RUNS inputs (-1: no
# limit). Without a target: all. The corpora grow in build/fuzz/corpus. The last lines are a table. An input that breaks the
# code stays in build/fuzz; its reduced form belongs into tests/fuzz/corpus together with the repair.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1 runs=$2
shift 2
scripts/debian_packages.sh clang-14:clang++-14 libclang-rt-14-dev
if [ ! -f build/fuzz/build.ninja ]; then cmake --preset fuzz >/dev/null; fi
if [ $# -eq 0 ]; then
  for seeds in tests/fuzz/corpus/*/; do set -- "$@" "$(basename "$seeds")"; done
fi
cmake --build build/fuzz --parallel "${JOBS:-$(nproc)}" --target "${@/#/fuzz_}" -- --quiet

# The last number behind a word in libFuzzer's output.
figure() { sed -nE "s/.*\b$1: *([0-9]+).*/\1/p" "$2" | tail -n 1; }

table=build/fuzz/table.md status=0
printf '| target | inputs | seconds | edges | result |\n| --- | --- | --- | --- | --- |\n' >"$table"
for target in "$@"; do
  corpus=build/fuzz/corpus/$target log=build/fuzz/$target.log result='no fault'
  mkdir -p "$corpus"
  folders=("$corpus" "tests/fuzz/corpus/$target")
  dictionary=tests/fuzz/$target.dict
  [ -f "$dictionary" ] || dictionary=tests/fuzz/photo.dict
  echo "$target: at most $seconds s"
  # GLib keeps memory until the end by design; `make test-asan` finds leaks in the project's code.
  ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" \
    -runs="$runs" -max_len=8192 -timeout=30 -rss_limit_mb=4096 -dict="$dictionary" \
    -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 "${folders[@]}" >"$log" 2>&1 || {
    grep -E 'ERROR|SUMMARY|does not hold|Test unit|runtime error' "$log" >&2 || tail -n 5 "$log" >&2
    result=$(grep -oE 'does not hold: .*|(ERROR|SUMMARY): .*' "$log" | tail -n 1 || true)
    status=1
  }
  printf '| `%s` | %s | %s | %s | %s |\n' "$target" "$(figure stat::number_of_executed_units "$log")" \
    "$(sed -nE 's/^Done [0-9]+ runs in ([0-9]+) .*/\1/p' "$log" | tail -n 1)" "$(figure cov "$log")" "${result:-failed}" >>"$table"
done
cat "$table"
exit $status
