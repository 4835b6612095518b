// The core's last step on the GPU: the relief stays there, is brought to the picture there, and the depth waits there until
// it is asked for.

import { PortraitDepthError } from './errors.js';
import shader from './gpu_depth.wgsl?raw';
import type { GpuBuffer, GpuDevice } from './types.js';

/** The depth network's window. */
export const DEPTH_WIDTH = 192;
export const DEPTH_HEIGHT = 256;
const FLOAT = 4;
/** Of shaders: threads along a side of a group. */
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

/** Levels of pull and push: sizes, and where each begins in the buffer for all. */
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

/** What the core says about the picture: pd_estimation_numbers, and the caller's wishes. */
export interface GpuDepthJob {
  /** Where the network left its output. */
  relief: GPUBuffer;
  /** The network's input. */
  planes: Float32Array;
  /** RGBA. */
  picture: Uint8ClampedArray;
  mask: Float32Array;
  width: number;
  height: number;
  crop: readonly [x: number, y: number, width: number, height: number];
  headMetres: number;
  metresPerRelief: number;
  nearestMetres: number;
  /** Mask from which on a pixel is the person's. */
  personMask: number;
  mirrored: boolean;
  minDepth: number;
  maxDepth: number;
  fit: readonly [radius: number, epsilon: number, flat: number, edge: number, leastWeight: number, leastMask: number];
}

function numbersOf(job: GpuDepthJob): ArrayBuffer {
  const numbers = new ArrayBuffer(NUMBERS_SIZE);
  const [radius, ...fit] = job.fit;
  new Uint32Array(numbers).set([job.width, job.height, DEPTH_WIDTH, DEPTH_HEIGHT]);
  new Float32Array(numbers).set([...job.crop, job.headMetres, job.metresPerRelief, job.nearestMetres], 4);
  new Uint32Array(numbers)[11] = job.mirrored ? 1 : 0;
  new Float32Array(numbers).set([job.minDepth, job.maxDepth], 12);
  new Int32Array(numbers)[14] = radius;
  new Float32Array(numbers).set([...fit, job.personMask], 15);
  return numbers;
}

/** One estimation at a time; its buffers are kept and reused, but for the results'. */
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

  /** Pictures over the GPU's limits are left to the core. */
  takes(width: number, height: number): boolean {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    const bytes = width * height * FLOAT;
    return bytes <= maxStorageBufferBindingSize && 2 * bytes <= maxBufferSize;
  }

  private buffer(size: number, usage: number = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST): GPUBuffer {
    return this.device.createBuffer({ size, usage });
  }

  /** One of the picture's size, the last one where that fits. */
  private sized(old: GPUBuffer | undefined, size: number): GPUBuffer {
    if (old?.size === size) return old;
    old?.destroy();
    return this.buffer(size);
  }

  /** Hands the work to the GPU and does not wait for it. */
  finish(job: GpuDepthJob): GpuPlanes {
    const { device } = this;
    const size = job.width * job.height * FLOAT;
    device.pushErrorScope('out-of-memory');
    this.picture = this.sized(this.picture, size);
    this.mask = this.sized(this.mask, size);
    // Writable too: TensorFlow.js copies into buffers of the same usage.
    const kept = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const [values, metres] = [this.buffer(size, kept), this.buffer(size, kept)];
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

/** Planes of the picture's size that are on the GPU. */
export class GpuPlanes {
  private known: Promise<Float32Array<ArrayBuffer>[]> | undefined;
  /** No longer on the GPU. */
  disposed = false;

  constructor(
    readonly device: GpuDevice,
    /** float32, one a pixel, row by row. */
    readonly values: GpuBuffer,
    private readonly metres: GpuBuffer,
    private readonly failure: Promise<GPUError | null>,
  ) {
    failure.catch(() => undefined); // who reads hears of it
  }

  /** Both planes; fetched at the first call. */
  async read(): Promise<{ values: Float32Array<ArrayBuffer>; metres: Float32Array<ArrayBuffer> }> {
    this.known ??= this.fetch();
    const [values, metres] = await this.known;
    return { values: values!, metres: metres! };
  }

  private async fetch(): Promise<Float32Array<ArrayBuffer>[]> {
    if (this.disposed)
      throw new PortraitDepthError('invalid_argument', 'This depth map was disposed of; estimate the depth again.');
    const device = this.device as GPUDevice;
    const planes = [this.values as GPUBuffer, this.metres as GPUBuffer];
    const size = planes[0]!.size;
    // The GPU has the copy's orders before anything is waited for: dispose() may follow at once.
    const staging = device.createBuffer({ size: 2 * size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    planes.forEach((plane, index) => encoder.copyBufferToBuffer(plane, 0, staging, index * size, size));
    device.queue.submit([encoder.finish()]);
    const mapped = staging.mapAsync(GPUMapMode.READ);
    mapped.catch(() => undefined); // where there is a failure, that is what is told
    try {
      if ((await this.failure) !== null)
        throw new PortraitDepthError(
          'too_large',
          'The GPU has not enough memory for this picture; give a smaller one.',
        );
      await mapped;
      const bytes = staging.getMappedRange();
      return planes.map((_, index) => new Float32Array(bytes.slice(index * size, (index + 1) * size)));
    } catch (cause) {
      if (cause instanceof PortraitDepthError) throw cause;
      throw new PortraitDepthError(
        'unreadable',
        'The GPU was lost before the depth was read; create a new estimator.',
        {
          cause,
        },
      );
    } finally {
      staging.destroy();
    }
  }

  dispose(): void {
    this.disposed = true;
    for (const buffer of [this.values, this.metres]) (buffer as GPUBuffer).destroy();
  }
}
