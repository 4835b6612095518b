#!/usr/bin/env bash
# Starts a version: scripts/set_version.sh 0.2.0. CMakeLists.txt holds the version; npm, the ports and the examples need copies, which this
# script writes and tests/packages compares. CHANGELOG.md's "Unreleased" becomes the version's section, with today's date.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "$version: not a version; write MAJOR.MINOR.PATCH" >&2; exit 2; }
old=$(scripts/version.sh)
sed -i "s/^project(portrait_depth VERSION $old /project(portrait_depth VERSION $version /" CMakeLists.txt
sed -i "0,/\"version\": \"$old\"/s//\"version\": \"$version\"/" web/package.json packaging/vcpkg/vcpkg.json
sed -i "0,/\"version\": \"$old\"/s//\"version\": \"$version\"/; 0,/\"version\": \"$old\"/s//\"version\": \"$version\"/" web/package-lock.json
sed -i "s/^find_package(portrait_depth ${old%.*} /find_package(portrait_depth ${version%.*} /" \
  examples/cpp/CMakeLists.txt tests/install/consumer/CMakeLists.txt
sed -i "s/^version = \"$old\"/version = \"$version\"/" training/pyproject.toml
sed -i "s/^__version__ = \"$old\"/__version__ = \"$version\"/" training/portrait_depth_training/__init__.py
if ! grep -qE "^## ${version//./\\.}( |\$)" CHANGELOG.md; then
  sed -i "s/^## Unreleased\$/## Unreleased\n\n## $version - $(date --utc +%F)/" CHANGELOG.md
fi
