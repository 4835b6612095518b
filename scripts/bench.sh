#!/usr/bin/env bash
# Measures the project's speed on this machine, which must be idle otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
portrait=.deps/samples/astronaut.png
echo "Segmentation and depth, warm, one core"
build/release/bench/estimate_bench "$portrait"
echo "Building and drawing the 3D photo"
build/release/bench/photo3d_bench
echo "The whole job: a 12-megapixel JPEG to a film of 720 pixels height, 2 s, 30 frames/s"
.venv/bin/python scripts/bench_whole_job.py "$portrait"
