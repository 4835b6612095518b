#!/usr/bin/env bash
# Makes all files of a release: scripts/make_release.sh FOLDER [once]
#
# The wheel, the source archive, the Debian packages, the tarball, the npm package, the list of components and SHA256SUMS.
# All of it is made twice, the second time into another folder; a file that differs is named and fails the release. `once`
# leaves the second time out. The build folders of the first time are used again, so that compilers run once.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node_path.sh
folder=$(realpath -m "$1") times=${2:-twice}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

make_files() {
  local to=$1
  rm -rf "$to"
  mkdir -p "$to"
  scripts/make_wheel.sh wheel "$to"
  scripts/make_wheel.sh sdist "$to"
  scripts/make_debs.sh "$to"
  scripts/make_tarball.sh "$to"
  npm pack --silent --pack-destination "$to" ./web
  .venv/bin/python -B scripts/sbom.py "$to/portrait-depth-$(scripts/version.sh).cdx.json"
  (cd "$to" && sha256sum -- * >SHA256SUMS)
}

make_files "$folder"
if [ "$times" = once ]; then exit; fi
again=$folder.again
trap 'rm -rf "$again"' EXIT
make_files "$again" >/dev/null
differing=$(diff --brief --recursive "$folder" "$again" || true)
if [ -n "$differing" ]; then
  printf 'release: not reproducible: %s\n' "$differing" >&2
  exit 1
fi
echo "release: two runs gave the same $(wc -l <"$folder/SHA256SUMS") files in $folder"
