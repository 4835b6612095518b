// The depth of one picture.

import { loadCore } from './core_start.js';
import { PortraitDepthError } from './errors.js';
import { GpuPlanes } from './gpu_planes.js';
import { KeptTensor } from './kept_tensor.js';
import { fromPlane, toCanvas, type Pixels } from './pixels.js';
import type { AnyTensor, Tensor2D } from './tensor_types.js';
import { tensorFlow } from './tensorflow.js';
import type { DepthMap, GpuBuffer, GpuDevice, Intrinsics } from './types.js';

/** The part of a depth map that is always in the page's memory. The mask is row-major, of the picture's size. */
export interface DepthFacts {
  width: number;
  height: number;
  mask: Float32Array<ArrayBuffer>;
  intrinsics: Intrinsics;
  headDistanceMetres: number;
  personFound: boolean;
}

/** Row-major planes of the picture's size. */
export interface DepthPlanes {
  values: Float32Array<ArrayBuffer>;
  metres: Float32Array<ArrayBuffer>;
}

/** A whole depth map; can be sent between threads. */
export type DepthMapData = DepthFacts & DepthPlanes;

export class PortraitDepthMap implements DepthMap {
  private readonly tensor = new KeptTensor();

  constructor(
    private readonly facts: DepthFacts,
    private readonly planes: DepthPlanes | GpuPlanes,
    private readonly computeNormals = normalsOf,
  ) {}

  get width(): number {
    return this.facts.width;
  }
  get height(): number {
    return this.facts.height;
  }
  get personFound(): boolean {
    return this.facts.personFound;
  }
  get headDistanceMetres(): number {
    return this.facts.headDistanceMetres;
  }
  mask(): Float32Array<ArrayBuffer> {
    return this.facts.mask;
  }
  intrinsics(): Intrinsics {
    return { ...this.facts.intrinsics };
  }

  private read(): DepthPlanes | Promise<DepthPlanes> {
    return this.planes instanceof GpuPlanes ? this.planes.read() : this.planes;
  }
  async values(): Promise<Float32Array<ArrayBuffer>> {
    return (await this.read()).values;
  }
  async metres(): Promise<Float32Array<ArrayBuffer>> {
    return (await this.read()).metres;
  }
  /** The whole depth map in plain data. */
  async data(): Promise<DepthMapData> {
    return { ...this.facts, ...(await this.read()) };
  }

  async toCanvasImageSource(): Promise<CanvasImageSource> {
    return toCanvas(fromPlane(await this.values(), this.width, this.height, (red) => 0xff000000 | red));
  }

  async toArray(): Promise<number[][]> {
    const { width, height } = this;
    const values = await this.values();
    return Array.from({ length: height }, (_, y) => Array.from(values.subarray(y * width, (y + 1) * width)));
  }

  toTensor(): Promise<Tensor2D>;
  toTensor<T extends AnyTensor>(): Promise<T>;
  async toTensor(): Promise<AnyTensor> {
    return this.tensor.get(() => this.makeTensor());
  }

  private async makeTensor() {
    const tf = await tensorFlow();
    const shape: [number, number] = [this.height, this.width];
    if (this.planes instanceof GpuPlanes && !this.planes.disposed && tf.getBackend() === 'webgpu') {
      const { device } = tf.backend() as unknown as { device: GpuDevice };
      // TensorFlow.js copies the buffer on the GPU.
      if (device === this.planes.device)
        return tf.tensor({ buffer: this.planes.values as GPUBuffer }, shape, 'float32');
    }
    return tf.tensor2d(await this.values(), shape, 'float32');
  }

  getUnderlyingType(): 'array' | 'tensor' {
    return this.planes instanceof GpuPlanes ? 'tensor' : 'array';
  }

  gpuBuffer(): GpuBuffer | null {
    return this.planes instanceof GpuPlanes ? this.planes.values : null;
  }

  async normals(): Promise<Float32Array<ArrayBuffer>> {
    return this.computeNormals(await this.data());
  }

  dispose(): void {
    if (this.planes instanceof GpuPlanes) this.planes.dispose();
  }
}

/** The core's normals, on this thread. */
export async function normalsOf({ metres, mask, width, height, intrinsics }: DepthMapData) {
  const core = await loadCore();
  return core.lend([metres, mask], (metresAt, maskAt) => {
    const { fx, fy, cx, cy } = intrinsics;
    const normals = core.functions.pd_normals(metresAt!, maskAt!, width, height, fx, fy, cx, cy);
    return core.floats(core.check(normals), width * height * 3).slice();
  });
}

/** The API's result for a picture without a person: background everywhere. */
export function depthMapWithoutPerson({ width, height }: Pixels): PortraitDepthMap {
  const facts = {
    width,
    height,
    mask: new Float32Array(width * height),
    intrinsics: { fx: NaN, fy: NaN, cx: NaN, cy: NaN, width, height },
    headDistanceMetres: NaN,
    personFound: false,
  };
  const planes = {
    values: new Float32Array(width * height),
    metres: new Float32Array(width * height).fill(NaN),
  };
  return new PortraitDepthMap(facts, planes);
}

/** @internal Throws PortraitDepthError for null, which estimateDepth returns for no input, and for other objects. */
export function checkDepthMap(depthMap: DepthMap): void {
  if (typeof depthMap?.metres !== 'function')
    throw new PortraitDepthError('invalid_argument', 'A depth map is needed; pass the result of estimateDepth.');
}
