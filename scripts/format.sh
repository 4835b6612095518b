#!/usr/bin/env bash
# Formats every source file of ours in place; with --check only says which would change.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t cpp < <(git ls-files '*.cpp' '*.hpp' '*.h')
mapfile -t python < <(git ls-files '*.py')
if [ "${1:-}" = --check ]; then
  clang-format-14 --dry-run -Werror "${cpp[@]}"
  .venv/bin/ruff format --quiet --check "${python[@]}"
  npm run --silent --prefix web format:check -- --log-level warn
else
  clang-format-14 -i "${cpp[@]}"
  .venv/bin/ruff format --quiet "${python[@]}"
  npm run --silent --prefix web format -- --log-level warn
fi
