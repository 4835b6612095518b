#!/usr/bin/env bash
# Installs the missing ones of the given Debian packages: scripts/debian_packages.sh clang-14 nodejs:node
# PACKAGE:COMMAND is skipped if the command exists. Without root, the script prints the line to run and fails.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=()
installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')
for wanted in "$@"; do
  package=${wanted%%:*}
  if [ "$wanted" != "$package" ] && command -v "${wanted#*:}" >/dev/null; then continue; fi
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ]; then
  echo "setup: run this, then make again: sudo apt-get install --yes ${missing[*]}" >&2
  exit 1
fi
echo "setup: installing ${missing[*]}" >&2
log=.deps/stamps/debian_packages.log
mkdir -p "$(dirname "$log")"
{
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
} >"$log" 2>&1 || {
  tail -n 20 "$log" >&2
  echo "setup: apt-get install ${missing[*]} failed; the whole log is $log" >&2
  exit 1
}
