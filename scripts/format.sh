#!/usr/bin/env bash
# Formats the project's source files in place; with --check, reports the files that would change.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node_path.sh
mapfile -t cpp < <(git ls-files '*.cpp' '*.hpp' '*.h')
mapfile -t python < <(git ls-files '*.py')
mapfile -t examples < <(git ls-files 'examples/*.html' 'examples/*.ts' 'examples/*.tsx' 'tests/examples/*.mjs')
prettier=(web/node_modules/.bin/prettier --config web/.prettierrc.json --log-level warn)
if [ "${1:-}" = --check ]; then
  clang-format-14 --dry-run -Werror "${cpp[@]}"
  .venv/bin/ruff format --quiet --check "${python[@]}"
  npm run --silent --prefix web format:check -- --log-level warn
  "${prettier[@]}" --check "${examples[@]}"
else
  clang-format-14 -i "${cpp[@]}"
  .venv/bin/ruff format --quiet "${python[@]}"
  npm run --silent --prefix web format -- --log-level warn
  "${prettier[@]}" --write "${examples[@]}"
fi
