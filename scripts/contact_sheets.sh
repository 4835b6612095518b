#!/usr/bin/env bash
# Writes FOLDER/NAME.png for each sample portrait (and the astronaut): the first, quarter, half and three-quarter frame of
# its 3D photo, side by side at full size. PRESET chooses the movement, HEIGHT the size.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
command=${PORTRAIT_DEPTH_COMMAND:-bin/portrait-depth}
frames=$(mktemp -d)
trap 'rm -r "$frames"' EXIT
mkdir -p "$folder"
for portrait in samples/*.jpg .deps/samples/astronaut.png; do
  name=$(basename "${portrait%.*}")
  # Two seconds at two frames per second are these four.
  "$command" photo3d "$portrait" -o "$frames/$name-%d.png" --preset "${PRESET:-orbit}" --height "${HEIGHT:-720}" \
    --duration 2 --fps 2 --quiet
  ffmpeg -v error -y -i "$frames/$name-%d.png" -vf tile=4x1 -frames:v 1 "$folder/$name.png"
  echo "$folder/$name.png"
done
