// The depth of one picture.

import type { Core } from './core.js';
import type { Pointer } from './core_functions.js';
import { loadCore } from './core_start.js';
import { DEPTH_MAP, pack } from './core_structs.js';
import { grayPng, stretchedGray } from './depth_png.js';
import { PortraitDepthError } from './errors.js';
import { GpuPlanes } from './gpu_planes.js';
import { KeptTensor } from './kept_tensor.js';
import { fromPlane, toCanvas, type Pixels } from './pixels.js';
import type { AnyTensor, Tensor2D } from './tensor_types.js';
import { tensorFlow } from './tensorflow.js';
import type { DepthMap, DepthSource, GpuBuffer, GpuDevice, Intrinsics } from './types.js';

/** The part of a depth map that is always in the page's memory. The mask is row-major, of the picture's size. */
export interface DepthFacts {
  width: number;
  height: number;
  mask: Float32Array<ArrayBuffer>;
  intrinsics: Intrinsics;
  headDistanceMetres: number;
  personFound: boolean;
  faceFound?: boolean | undefined;
  /** Default: `network`. */
  depthSource?: Exclude<DepthSource, 'auto'> | undefined;
  depthWarning?: string | undefined;
}

/** Row-major planes of the picture's size. */
export interface DepthPlanes {
  values: Float32Array<ArrayBuffer>;
  metres: Float32Array<ArrayBuffer>;
}

/** A whole depth map; can be sent between threads. */
export type DepthMapData = DepthFacts & DepthPlanes;

/** A depth map in the core's memory; without an address once the core has overwritten it. */
export interface MapInCore {
  readonly core: Core;
  address(): Pointer | undefined;
}

export class PortraitDepthMap implements DepthMap {
  private readonly tensor = new KeptTensor();

  constructor(
    private readonly facts: DepthFacts,
    private readonly planes: DepthPlanes | GpuPlanes,
    readonly inCore?: MapInCore,
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
  get faceFound(): boolean | undefined {
    return this.facts.faceFound;
  }
  get depthSource(): Exclude<DepthSource, 'auto'> {
    return this.facts.depthSource ?? 'network';
  }
  get depthWarning(): string | undefined {
    return this.facts.depthWarning;
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
  /** The same depth map with a warning. */
  withWarning(depthWarning: string): PortraitDepthMap {
    return new PortraitDepthMap({ ...this.facts, depthWarning }, this.planes, this.inCore, this.computeNormals);
  }
  /** The whole depth map in plain data. */
  async data(): Promise<DepthMapData> {
    return { ...this.facts, ...(await this.read()) };
  }

  async toCanvasImageSource(): Promise<CanvasImageSource> {
    return toCanvas(fromPlane(await this.values(), this.width, this.height, (red) => 0xff000000 | red));
  }

  async toBlob(type: 'image/png' = 'image/png'): Promise<Blob> {
    if (type !== 'image/png')
      throw new PortraitDepthError(
        'invalid_argument',
        `The type "${String(type)}" is unknown; the only one is image/png.`,
      );
    return grayPng(stretchedGray(await this.metres(), this.mask()), this.width, this.height);
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
    return this.computeNormals(await this.data(), this.inCore);
  }

  dispose(): void {
    if (this.planes instanceof GpuPlanes) this.planes.dispose();
  }
}

/** Everything of a depth map that the core's functions need. */
export interface MapForCore extends Omit<
  DepthFacts,
  'personFound' | 'faceFound' | 'depthSource' | 'depthWarning' | 'mask'
> {
  mask: Float32Array;
  metres: Float32Array;
}

/** Runs `work` with the depth map in the core's memory: the core's own map if it still has it, else a copy. */
export function lendDepthMap<T>(
  core: Core,
  { metres, mask, width, height, intrinsics, headDistanceMetres }: MapForCore,
  inCore: MapInCore | undefined,
  work: (depthMap: Pointer) => T,
): T {
  const own = inCore?.core === core ? inCore.address() : undefined;
  if (own !== undefined) return work(own);
  const { fx, fy, cx, cy } = intrinsics;
  return core.lend([metres, mask], (metresAt, maskAt) => {
    const planes = { values: 0, metres: metresAt!, mask: maskAt!, width, height };
    // The core's functions use the metres; the limits concern the values.
    const numbers = { fx, fy, cx, cy, headDistanceMetres, minDepth: NaN, maxDepth: NaN };
    return core.lend([pack(DEPTH_MAP, { ...planes, ...numbers })], (address) => work(address!));
  });
}

/** The core's normals, on this thread. */
export async function normalsOf(data: DepthMapData, inCore?: MapInCore) {
  const core = await loadCore();
  return lendDepthMap(core, data, inCore, (map) =>
    core.floats(core.check(core.functions.pd_normals(map)), data.width * data.height * 3).slice(),
  );
}

/** The API's result for a picture without a person: background everywhere. */
export function depthMapWithoutPerson({ width, height }: Pixels, faceFound?: boolean): PortraitDepthMap {
  const facts = {
    width,
    height,
    mask: new Float32Array(width * height),
    intrinsics: { fx: NaN, fy: NaN, cx: NaN, cy: NaN, width, height },
    headDistanceMetres: NaN,
    personFound: false,
    faceFound,
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
