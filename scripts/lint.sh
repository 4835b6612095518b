#!/usr/bin/env bash
# Everything that can be found wrong without running: formatting, clang-tidy, ruff, mypy, TypeScript. With --fresh every
# C++ file is looked at, those found clean before as well.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/format.sh --check
mapfile -t python < <(git ls-files '*.py')
.venv/bin/ruff check --quiet "${python[@]}"
.venv/bin/mypy --no-error-summary $(git ls-files '*.py' ':!training')
(cd training && ../.venv/bin/mypy --no-error-summary portrait_depth_training tests)
(cd web && npm run --silent check)
.venv/bin/python scripts/clang_tidy.py "$@"
echo "lint: nothing found"
