# Portrait Depth. `make demo` makes a 3D photo of a portrait, `make test` runs every test. CONTRIBUTING.md describes the
# other targets.
SHELL := /bin/bash
# For the Python scripts; the library sets it itself (src/inference/network.cpp).
export ORT_DISABLE_TELEMETRY := 1
# Node.js and npm of set-up, as in scripts/node_path.sh.
export PATH := $(CURDIR)/.deps/node/bin:$(PATH)
JOBS ?= $(shell nproc)
PYTHON := .venv/bin/python
PORTRAIT ?= .deps/samples/astronaut.png
PARTS ?= ../shared/makehuman
PURPOSES := $(addprefix setup-,command python web training docs tests lint packaging)

.PHONY: all setup $(PURPOSES) build demo test test-asan test-asan-short test-tsan test-arm64 lint format bench people train train-smoke candidates evaluate evaluate-photo3d evaluate-own-depth \
        install wasm site web-serve bench-serve soak-serve fuzz-serve bench-web memory-web fuzz soak faults contact-sheets matte-error docs sbom advisories test-next test-ray soak-batch \
        packages test-packages package-times test-container time-demo release clean

all: build

# Everything; `make setup-command` installs only what a first 3D photo needs (the list: scripts/debian-packages.txt).
setup: setup-lint

$(PURPOSES): setup-%:
	@scripts/setup.sh $*

build: setup-tests
	@scripts/build.sh release

# Builds only the command and makes a first 3D photo.
demo: setup-command
	@scripts/build.sh command
	@scripts/demo.sh "$(PORTRAIT)"

# Runs ctest and compares the skipped tests with tests/allowed_skips.txt.
RUN_TESTS := $(PYTHON) -B tests/run_tests.py

test: build
	@$(RUN_TESTS) --preset release --parallel $(JOBS) $(CTEST_FLAGS)

test-asan: setup-tests
	@scripts/build.sh asan
	@$(RUN_TESTS) --preset asan --parallel $(JOBS) --label-exclude script
	@$(RUN_TESTS) --preset asan --parallel $(JOBS) --tests-regex '^(cli\.(Help|WrongUse|BadInput|Segment|Info|Refusals)|serve\.(Answers|Problems|damaged))$$'

# The modules that read files of any origin, with clang: short enough for .ci/run.
test-asan-short: setup-tests
	@scripts/debian_packages.sh clang-14:clang++-14 libclang-rt-14-dev
	@scripts/build.sh asan-short
	@$(RUN_TESTS) --preset asan-short --parallel $(JOBS)

test-tsan: setup-tests
	@scripts/build.sh tsan
	@$(RUN_TESTS) --preset tsan --parallel $(JOBS) --label-exclude script
	@$(RUN_TESTS) --preset tsan --parallel $(JOBS) --tests-regex '^serve\.(Problems|Access|Load)$$'

# The core's tests on 64-bit ARM by QEMU, and its results beside this machine's.
test-arm64: build
	@scripts/debian_packages.sh g++-12-aarch64-linux-gnu qemu-user
	@scripts/arm64_root.sh
	@scripts/build.sh arm64
	@$(RUN_TESTS) --preset arm64 --parallel $(JOBS)

lint: build setup-lint
	@scripts/lint.sh

format:
	@scripts/format.sh

bench: build
	@scripts/bench.sh

# Training: see training/README.md. PARTS is the folder with the MakeHuman parts, FACES that of scanned faces (optional).
PEOPLE ?= 20500
PEOPLE_BELOW ?= 7000
TRAIN := PYTHONPATH=training:build/release/python $(PYTHON) -m portrait_depth_training

RENDER_PEOPLE = build/release/training/people/people --parts "$(PARTS)" $(if $(FACES),--faces "$(FACES)")

people: build
	@$(RENDER_PEOPLE) --out data/people-train --count $(PEOPLE) --seed 11 --split train
	@$(RENDER_PEOPLE) --out data/people-below --count $(PEOPLE_BELOW) --seed 212 --split train --shots below
	@$(RENDER_PEOPLE) --out data/people-test --count 2000 --seed 2 --split test

train: build
	@$(TRAIN) environments
	@for name in ar_portrait_depth_fast ar_portrait_depth_trunk ar_portrait_depth ar_portrait_depth_fast_taught; do \
	  $(TRAIN) train --config training/configs/$$name.toml || exit 1; done
	@$(TRAIN) export --checkpoint runs/ar_portrait_depth/checkpoint.pt --output models/ar_portrait_depth.onnx
	@$(TRAIN) export --checkpoint runs/ar_portrait_depth_fast_taught/checkpoint.pt --output models/ar_portrait_depth_fast.onnx

# Compares shapes of the network in equal, short runs: docs/evaluation.md.
candidates: build
	@$(TRAIN) environments
	@$(TRAIN) candidates
	@cd web && node scripts/time_networks.mjs ../runs/candidates/*.onnx

train-smoke: setup-training
	@$(TRAIN) smoke

evaluate: build
	@$(TRAIN) environments
	@$(TRAIN) evaluate --model models/ar_portrait_depth.onnx --output docs/evaluation
	@$(TRAIN) evaluate --model models/ar_portrait_depth_fast.onnx --output docs/evaluation

# Measures 3D photos against true renderings of 50 people: docs/photo3d-evaluation.md.
evaluate-photo3d: build
	@scripts/evaluate_photo3d.sh "$(PARTS)" 50

# Measures depth from a simulated sensor, the network and both on eight rendered people: docs/own-depth.md.
evaluate-own-depth: build
	@mkdir -p data/own-depth
	@for seed in 1 2 3 4 5 6 7 8; do \
	  [ -f data/own-depth/00$$seed.json ] || build/release/training/people/people render --parts "$(PARTS)" --split test \
	    --seed $$seed --width 480 --height 640 --samples 3 --background .deps/samples/coffee.png \
	    --out data/own-depth/00$$seed || exit 1; done
	@PYTHONPATH=build/release/python $(PYTHON) scripts/evaluate_own_depth.py data/own-depth docs/evaluation

wasm: setup-web
	@scripts/build_wasm.sh

# The demo's pages in web/site, which packages and `portrait-depth serve` contain.
site: wasm
	@cd web && npm run --silent build && npm run --silent demos -- --logLevel warn

web-serve: site
	@cd web && npm run serve

bench-web: wasm
	@cd web && npm run --silent build && npm run --silent bench

memory-web: wasm
	@cd web && npm run --silent build && npm run --silent memory

# Runs libFuzzer on the readers of untrusted files and on the writers: each of FUZZ_TARGETS (default: all) for FUZZ_SECONDS.
# With FUZZ_RUNS, each then takes mutated inputs until that number of inputs is reached.
FUZZ_SECONDS ?= 60
FUZZ_RUNS ?= -1
FUZZ_TARGETS ?=

fuzz: setup-tests
	@scripts/fuzz.sh "$(FUZZ_SECONDS)" "$(FUZZ_RUNS)" $(FUZZ_TARGETS)

# Writes the list of components in CycloneDX format.
SBOM ?= out/portrait-depth.cdx.json

sbom: setup-training
	@$(PYTHON) -B scripts/sbom.py "$(SBOM)"

# Asks an advisory service for vulnerabilities of the pinned packages; fails with advisories and without an answer.
ADVISORIES ?= https://api.osv.dev

advisories: setup-training
	@$(PYTHON) -B scripts/advisories.py --service "$(ADVISORIES)"

# Makes each call of the command's main ways fail in turn: hours. FAULT_WAYS chooses some ways (tests/faults/fault_runs.py),
# FAULT_SHARE a share of the allocations.
FAULT_WAYS ?= segment,depth,gif,webm,mp4,glb,html,jpeg,pair,frames,folder,pipe
FAULT_SHARE ?= 1

faults: build
	@$(PYTHON) -B tests/faults/faults.py --command bin/portrait-depth --shim build/release/tests/faults/fault_shim.so \
	  --photo samples/person-1.jpg --ways "$(FAULT_WAYS)" --share $(FAULT_SHARE) --jobs $(JOBS)

# The service under load, by hey: its rate beside the command's, and 64 clients against a queue of 16.
bench-serve: build
	@scripts/debian_packages.sh hey
	@$(PYTHON) -B scripts/bench_serve.py bin/portrait-depth

# The service at full load for SERVICE_SECONDS: its resident memory stays within 5 %.
SERVICE_SECONDS ?= 3600
soak-serve: build
	@scripts/debian_packages.sh hey
	@$(PYTHON) -B scripts/bench_serve.py bin/portrait-depth --soak --seconds $(SERVICE_SECONDS)

# Damaged requests against the service, built with sanitizers.
REQUESTS ?= 10000
fuzz-serve: setup-tests
	@scripts/build.sh asan portrait-depth
	@PORTRAIT_DEPTH_COMMAND=build/asan/apps/command/portrait-depth $(PYTHON) -B tests/serve/mutated_requests.py $(REQUESTS)

# Draws four frames of each sample portrait's 3D photo side by side.
contact-sheets: build
	@scripts/contact_sheets.sh out/contact-sheets

# Measures the mask against the portrait mattes inside the photos of PHOTOS.
PHOTOS ?= ../shared/sensor

matte-error: build
	@PYTHONPATH=build/release/python $(PYTHON) scripts/matte_error.py "$(PHOTOS)"

# Makes the documentation site in build/docs/site; a broken link fails.
docs: build
	@.deps/docs-venv/bin/python -B docs/site/build.py bin/portrait-depth

# Builds and opens the Next.js example with the packed npm package; Next.js needs 400 MB.
test-next: wasm setup-tests
	@cd web && npm run --silent build
	@node --test tests/examples/next_test.mjs

# Runs portrait_depth.ray on clusters of Ray's own on this machine, and checks the Kubernetes examples. With RAY_FILMS=120 on
# an idle machine, it compares one core with two by the clock too.
RAY_FILMS ?= 0

test-ray: build
	@scripts/setup.sh ray
	@PORTRAIT_DEPTH_COMMAND=$(CURDIR)/bin/portrait-depth PORTRAIT_DEPTH_SAMPLES=$(CURDIR)/samples PYTHONPATH=build/release/python \
	  RAY_USAGE_STATS_ENABLED=0 RAY_worker_niceness=0 RAY_FILMS=$(RAY_FILMS) .deps/ray-venv/bin/python -B -m unittest discover -v -s tests/cluster -p '*_test.py'

# Runs the library, the Python module and the command for SOAK_SECONDS; memory, open files and threads must not grow.
SOAK_SECONDS ?= 7200

soak: build
	@$(PYTHON) -B tests/soak/soak.py --build build/release --command bin/portrait-depth --seconds "$(SOAK_SECONDS)" samples/*.jpg

# Runs the command with BATCH_PHOTOS small photos: flat memory, throughput of several photos at once.
BATCH_PHOTOS ?= 5000

soak-batch: build
	@$(PYTHON) -B tests/soak/batch_soak.py --command bin/portrait-depth --photos $(BATCH_PHOTOS)

# Packages for users, in PACKAGES: the Python wheel, Debian packages and a tarball that runs from any folder.
PACKAGES ?= out/packages

packages: setup-packaging site
	@scripts/make_wheel.sh wheel "$(PACKAGES)"
	@scripts/make_debs.sh "$(PACKAGES)"
	@scripts/make_tarball.sh "$(PACKAGES)"

# Installs each package into a bare Debian and makes a GIF there. `make package-times` writes the table of docs/.
PACKAGE_TIMES := docs/quick-start/install.md

test-packages: setup-packaging
	@scripts/fetch_numpy.sh "$(PACKAGES)/dependencies"
	@python3 -B scripts/test_packages.py "$(PACKAGES)"

# Runs the steps of the Containerfile in bare Debian roots; no container engine is needed.
test-container: setup-packaging
	@python3 -B scripts/test_container.py

# Times `make demo` in a bare Debian.
time-demo: setup-packaging
	@python3 -B scripts/time_demo.py

package-times: setup-packaging
	@scripts/fetch_numpy.sh "$(PACKAGES)/dependencies"
	@python3 -B scripts/test_packages.py "$(PACKAGES)" --table "$(PACKAGE_TIMES)"

# All files of a release in RELEASE, made twice and compared; RELEASE_TIMES=once leaves the comparison out.
RELEASE ?= out/release
RELEASE_TIMES ?= twice

release: setup-packaging setup-lint site
	@scripts/make_release.sh "$(RELEASE)" $(RELEASE_TIMES)

install: build
	@cmake --install build/release

clean:
	@rm -rf build bin libexec out install
