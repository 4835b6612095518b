#!/usr/bin/env bash
# Prints the project's version, which stands in CMakeLists.txt alone.
set -euo pipefail
sed -n 's/^project(portrait_depth VERSION \([0-9.]*\).*/\1/p' "$(dirname "$0")/../CMakeLists.txt" | grep .
