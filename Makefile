# Portrait Depth. `make demo` turns a portrait into a 3D photo, `make test` proves that all works; CONTRIBUTING.md tells
# the rest.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
PYTHON := .venv/bin/python
PORTRAIT ?= .deps/samples/astronaut.png
PARTS ?= ../shared/makehuman

.PHONY: all setup build demo test test-asan test-tsan lint format bench people train train-smoke evaluate install \
        wasm web-serve bench-web clean

all: build

setup:
	@scripts/setup.sh

build: setup
	@scripts/build.sh release

demo: build
	@scripts/demo.sh "$(PORTRAIT)"

test: build
	@ctest --preset release --parallel $(JOBS)

test-asan: setup
	@scripts/build.sh asan
	@ctest --preset asan --parallel $(JOBS) --label-exclude 'slow|script'

test-tsan: setup
	@scripts/build.sh tsan
	@ctest --preset tsan --parallel $(JOBS) --label-exclude 'slow|script'

lint: build
	@scripts/lint.sh

format:
	@scripts/format.sh

bench: build
	@scripts/bench.sh

install: build
	@cmake --install build/release

clean:
	@rm -rf build bin out install
