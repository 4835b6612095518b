#!/usr/bin/env bash
# Runs all static checks: formatting, clang-tidy, ruff, mypy, TypeScript. With --fresh, clang-tidy checks every C++ file,
# also those without findings in an earlier run.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node_path.sh
scripts/format.sh --check
mapfile -t python < <(git ls-files '*.py')
.venv/bin/ruff check --quiet "${python[@]}"
.venv/bin/mypy --no-error-summary $(git ls-files '*.py' ':!training')
(cd training && ../.venv/bin/mypy --no-error-summary portrait_depth_training tests)
(cd web && npm run --silent check)
.venv/bin/python scripts/clang_tidy.py "$@"
echo "lint: nothing found"
