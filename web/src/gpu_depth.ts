// Brings the network's relief to the picture on the GPU. The steps are those of src/depth/depth_window.cpp.

import type { PLACEMENT, Values } from './core_structs.js';
import shader from './gpu_depth.wgsl?raw';
import { GpuPlanes } from './gpu_planes.js';
import type { GpuDevice } from './types.js';

/** The depth network's window. */
export const DEPTH_WIDTH = 192;
export const DEPTH_HEIGHT = 256;
const FLOAT = 4;
/** Threads along a side of a workgroup of the shader. */
const GROUP = 8;
/** Bytes of the shader's Numbers; structures end at multiples of 16. */
const NUMBERS_SIZE = 96;
/** Uniform buffers may begin at multiples of this. */
const UNIFORM_STEP = 256;

const STEPS = ['prepare', 'pull', 'push', 'fit', 'smooth_fit', 'apply'] as const;
type Step = (typeof STEPS)[number];
type Pipelines = Record<Step, GPUComputePipeline>;

const pipelinesOf = new WeakMap<GPUDevice, Promise<Pipelines>>();

function compile(device: GPUDevice): Promise<Pipelines> {
  let pipelines = pipelinesOf.get(device);
  if (pipelines === undefined) {
    const module = device.createShaderModule({ code: shader });
    const compiled = STEPS.map(
      async (entryPoint) =>
        [
          entryPoint,
          await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint } }),
        ] as const,
    );
    pipelines = Promise.all(compiled).then((steps) => Object.fromEntries(steps) as Pipelines);
    pipelinesOf.set(device, pipelines);
    pipelines.catch(() => pipelinesOf.delete(device));
  }
  return pipelines;
}

/** Levels of pull and push: the size of each, and its offset in the buffer that holds all levels. */
function pyramidLevels() {
  const levels = [{ width: DEPTH_WIDTH, height: DEPTH_HEIGHT, at: 0 }];
  for (let finest = levels[0]!; Math.max(finest.width, finest.height) > 1; finest = levels.at(-1)!)
    levels.push({
      width: Math.ceil(finest.width / 2),
      height: Math.ceil(finest.height / 2),
      at: finest.at + finest.width * finest.height,
    });
  return levels;
}

/** The picture, its placement by the core, and the caller's options. */
export interface GpuDepthJob {
  /** The network's output. */
  relief: GPUBuffer;
  /** The network's input. */
  planes: Float32Array;
  /** RGBA. */
  picture: Uint8ClampedArray;
  mask: Float32Array;
  width: number;
  height: number;
  placement: Values<typeof PLACEMENT>;
  mirrored: boolean;
  minDepth: number;
  maxDepth: number;
}

function numbersOf(job: GpuDepthJob): ArrayBuffer {
  const numbers = new ArrayBuffer(NUMBERS_SIZE);
  const p = job.placement;
  const [floats, words] = [new Float32Array(numbers), new Uint32Array(numbers)];
  words.set([job.width, job.height, DEPTH_WIDTH, DEPTH_HEIGHT]);
  floats.set([p.cropX, p.cropY, p.cropWidth, p.cropHeight], 4);
  floats.set([p.headDistanceMetres, p.metresPerRelief, p.nearestMetres], 8);
  words[11] = job.mirrored ? 1 : 0;
  floats.set([job.minDepth, job.maxDepth], 12);
  words[14] = p.fitRadius;
  floats.set([p.fitEpsilon, p.fitFlat, p.fitEdge, p.leastReliefWeight, p.leastGuideMask, p.personMask], 15);
  return numbers;
}

/** Runs one estimation at a time. Its buffers are reused; each result has buffers of its own. */
export class GpuDepth {
  private readonly device: GPUDevice;
  private readonly levels = pyramidLevels();
  private readonly numbers: GPUBuffer;
  private readonly levelNumbers: GPUBuffer;
  private readonly planes: GPUBuffer;
  private readonly pyramid: GPUBuffer;
  private readonly raw: GPUBuffer;
  private readonly coefficients: GPUBuffer;
  private readonly ranges: GPUBuffer;
  private picture: GPUBuffer | undefined;
  private mask: GPUBuffer | undefined;

  private constructor(
    device: GPUDevice,
    private readonly pipelines: Pipelines,
  ) {
    this.device = device;
    const pixels = DEPTH_WIDTH * DEPTH_HEIGHT;
    const last = this.levels.at(-1)!;
    this.numbers = this.buffer(NUMBERS_SIZE, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.levelNumbers = this.buffer(
      this.levels.length * UNIFORM_STEP,
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
    this.planes = this.buffer(4 * pixels * FLOAT);
    this.pyramid = this.buffer(2 * (last.at + last.width * last.height) * FLOAT);
    this.raw = this.buffer(4 * pixels * FLOAT);
    this.coefficients = this.buffer(4 * pixels * FLOAT);
    this.ranges = this.buffer(2 * pixels * FLOAT);
    this.levels.slice(1).forEach((coarse, index) => {
      const fine = this.levels[index]!;
      const sizes = [fine.width, fine.height, coarse.width, coarse.height, fine.at, coarse.at];
      device.queue.writeBuffer(this.levelNumbers, index * UNIFORM_STEP, new Uint32Array(sizes));
    });
  }

  static async start(device: GpuDevice): Promise<GpuDepth> {
    const gpu = device as GPUDevice;
    return new GpuDepth(gpu, await compile(gpu));
  }

  /** Whether the picture fits in the GPU's limits; the core processes larger ones. */
  fits(width: number, height: number): boolean {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    const bytes = width * height * FLOAT;
    return bytes <= maxStorageBufferBindingSize && 2 * bytes <= maxBufferSize;
  }

  private buffer(size: number, usage: number = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST): GPUBuffer {
    return this.device.createBuffer({ size, usage });
  }

  /** A buffer of the given size; the old one if it has that size. */
  private sized(old: GPUBuffer | undefined, size: number): GPUBuffer {
    if (old?.size === size) return old;
    old?.destroy();
    return this.buffer(size);
  }

  /** Submits the work to the GPU and returns before it is done. */
  run(job: GpuDepthJob): GpuPlanes {
    const { device } = this;
    const size = job.width * job.height * FLOAT;
    device.pushErrorScope('out-of-memory');
    this.picture = this.sized(this.picture, size);
    this.mask = this.sized(this.mask, size);
    // COPY_DST too, because TensorFlow.js copies into buffers of the same usage.
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const [values, metres] = [this.buffer(size, usage), this.buffer(size, usage)];
    const uploads = [
      [this.numbers, numbersOf(job)],
      [this.planes, job.planes],
      [this.picture, job.picture],
      [this.mask, job.mask],
    ] as const;
    for (const [buffer, data] of uploads) device.queue.writeBuffer(buffer, 0, data as BufferSource);
    device.queue.submit([this.commands(job, values, metres)]);
    return new GpuPlanes(device, values, metres, device.popErrorScope());
  }

  private commands(job: GpuDepthJob, values: GPUBuffer, metres: GPUBuffer): GPUCommandBuffer {
    const buffers: Record<number, GPUBuffer> = {
      0: this.numbers,
      2: this.planes,
      3: job.relief,
      4: this.pyramid,
      5: this.raw,
      6: this.coefficients,
      7: this.ranges,
      8: this.picture!,
      9: this.mask!,
      10: values,
      11: metres,
    };
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const dispatch = (step: Step, bindings: number[], width: number, height: number, level = 0) => {
      const pipeline = this.pipelines[step];
      const levelNumbers = { buffer: this.levelNumbers, offset: level * UNIFORM_STEP, size: 24 };
      const entries = bindings.map((binding) => ({
        binding,
        resource: binding === 1 ? levelNumbers : { buffer: buffers[binding]! },
      }));
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(Math.ceil(width / GROUP), Math.ceil(height / GROUP));
    };
    dispatch('prepare', [0, 2, 3, 4], DEPTH_WIDTH, DEPTH_HEIGHT);
    const pairs = this.levels.slice(1).map((coarse, index) => ({ fine: this.levels[index]!, coarse, index }));
    for (const { coarse, index } of pairs) dispatch('pull', [1, 4], coarse.width, coarse.height, index);
    for (const { fine, index } of pairs.reverse()) dispatch('push', [1, 4], fine.width, fine.height, index);
    dispatch('fit', [0, 2, 4, 5], DEPTH_WIDTH, DEPTH_HEIGHT);
    dispatch('smooth_fit', [0, 4, 5, 6, 7], DEPTH_WIDTH, DEPTH_HEIGHT);
    dispatch('apply', [0, 6, 7, 8, 9, 10, 11], job.width, job.height);
    pass.end();
    return encoder.finish();
  }

  dispose(): void {
    const { numbers, levelNumbers, planes, pyramid, raw, coefficients, ranges, picture, mask } = this;
    for (const buffer of [numbers, levelNumbers, planes, pyramid, raw, coefficients, ranges, picture, mask])
      buffer?.destroy();
  }
}
