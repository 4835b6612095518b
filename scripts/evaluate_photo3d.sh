#!/usr/bin/env bash
# Measures the 3D photo against true renderings: PARTS COUNT. Renders COUNT people of the test split from the cameras of
# `orbit` into data/photo3d-test (existing views are kept), then writes docs/evaluation/photo3d.md.
set -euo pipefail
cd "$(dirname "$0")/.."
parts=$1 count=$2
people=${PEOPLE_COMMAND:-build/release/training/people/people}
evaluation=build/release/training/photo3d_evaluation/photo3d_evaluation
views=data/photo3d-test
# Photos of rooms, gardens and mountains without people or animals, which a segmenter could mark. All are from Debian's
# package lomiri-wallpapers-16.04 (CC BY and CC BY-SA 4.0, CC0).
if [ -z "${BACKGROUNDS:-}" ]; then scripts/debian_packages.sh lomiri-wallpapers-16.04; fi
backgrounds=${BACKGROUNDS:-/usr/share/backgrounds}
photos=(Bridge_by_Sander_Klootwijk Dragonfly_by_Bolly Picture_1A_by_freespace Wine_by_Jakkub_Mede
  aitzgorri_by_Aitzol_Berasategi free_by_Peter_Nerlich Picture_0B_by_freespace greentock_by_Peter_Nerlich
  life_by_Aitzol_Berasategi picosdeeuropa_by_Aitzol_Berasategi seeding_by_Clements_Engelhardt
  sunset_by_Aitzol_Berasategi)

fail() {
  echo "evaluate-photo3d: $*" >&2
  exit 1
}
[ -d "$parts" ] || fail "$parts: no MakeHuman parts; give their folder: make evaluate-photo3d PARTS=FOLDER"
for photo in "${photos[@]}"; do
  [ -f "$backgrounds/$photo.jpg" ] ||
    fail "$backgrounds/$photo.jpg is missing; give a folder with it: BACKGROUNDS=FOLDER"
done

mkdir -p "$views"
render() {
  local seed=$1 name
  name=$(printf '%s/%03d' "$views" "$seed")
  if [ -f "$name.json" ]; then return; fi
  "$people" render --parts "$parts" --split test --seed "$seed" --width 480 --height 640 --samples 4 --preset orbit \
    --frames 4 --background "$backgrounds/${photos[seed % ${#photos[@]}]}.jpg" --out "$name"
}
running=0
for ((seed = 1; seed <= count; ++seed)); do
  render "$seed" &
  if ((++running >= ${JOBS:-$(nproc)})); then
    wait -n || fail "rendering failed; see the message above"
    ((--running)) || true
  fi
done
wait

[ -n "${RENDER_ONLY:-}" ] || "$evaluation" --views "$views" --count "$count" --out docs/evaluation
