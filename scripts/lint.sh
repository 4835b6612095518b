#!/usr/bin/env bash
# Everything that can be found wrong without running: formatting, clang-tidy, ruff, mypy, TypeScript.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/format.sh --check
mapfile -t cpp < <(git ls-files 'src/*.cpp' 'apps/*.cpp' 'bench/*.cpp' 'training/people/*.cpp' 'tests/*.cpp')
printf '%s\n' "${cpp[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy-14 --quiet -p build/release 2> >(grep -v 'warnings generated\|^$' >&2 || true)
.venv/bin/ruff check scripts training
(cd training && ../.venv/bin/mypy --strict portrait_depth_training)
if [ -d web/node_modules ]; then (cd web && npm run --silent lint); fi
echo "lint: nothing found"
