#!/usr/bin/env bash
# One portrait becomes a GIF, a WebM and a depth picture under out/.
set -euo pipefail
cd "$(dirname "$0")/.."
portrait=$1
mkdir -p out
name=$(basename "${portrait%.*}")
bin/portrait-depth photo3d "$portrait" -o "out/$name.gif"
bin/portrait-depth photo3d "$portrait" -o "out/$name.webm"
bin/portrait-depth depth "$portrait" -o "out/$name-depth.png"
