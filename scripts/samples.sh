#!/usr/bin/env bash
# Makes the pictures of samples/: the rendered portraits, the film, and the small pictures of samples/samples.json. Needs
# the command `people` (make setup-training, then a release build), its parts (training/people/README.md) and FFmpeg.
# Use: scripts/samples.sh PARTS [PEOPLE]
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -lt 1 ]; then
  echo "use: scripts/samples.sh PARTS [PEOPLE]; PARTS is the folder of the MakeHuman parts" >&2
  exit 2
fi
parts=$1
people=${2:-build/release/training/people/people}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Seeds of the held-out split, by the portraits' numbers.
seeds=(16 8 6 1 2)
for index in "${!seeds[@]}"; do
  file=person-$((index + 1))
  "$people" sample --parts "$parts" --seed "${seeds[index]}" --width 864 --height 1152 --samples 2 --out "$work/$file.png"
  ffmpeg -y -v error -i "$work/$file.png" -vf scale=576:768:flags=lanczos -q:v 3 "samples/$file.jpg"
done

for sample in samples/*.jpg samples/*.webm; do
  thumbnail=$(basename "${sample/%.webm/-film}" .jpg).jpg
  ffmpeg -y -v error -i "$sample" -frames:v 1 \
    -vf "crop='min(iw,ih*6/7)':'min(ih,iw*7/6)':(iw-ow)/2:(ih-oh)*0.3,scale=144:168:flags=lanczos" \
    -pix_fmt yuvj420p -q:v 5 "samples/thumbnails/$thumbnail"
done
