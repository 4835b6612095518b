#!/usr/bin/env bash
# Puts the libraries of the core's tests for 64-bit ARM into .deps/arm64-root, from Debian's packages of that architecture,
# which apt checks and downloads with lists of its own: the system keeps one architecture. A second run does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.deps/arm64-root
packages=(libhwy1 libhwy-dev libgtest-dev libgmock-dev nlohmann-json3-dev)
if [ "$(cat "$root/packages" 2>/dev/null)" = "${packages[*]}" ]; then exit 0; fi
rm -rf "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$root" "$work"/{lists,archives}/partial
options=(-qq -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=/dev/null" -o "Dir::Cache::archives=$work/archives"
  -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root)
apt-get "${options[@]}" update
(cd "$work" && apt-get "${options[@]}" download "${packages[@]}")
for file in "$work"/*.deb; do dpkg-deb --extract "$file" "$root"; done
echo "${packages[*]}" >"$root/packages"
