// The depth of one picture.

// @ts-ignore: optional peer.
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { loadCore } from './core_start.js';
import { fromPlane, toCanvas } from './pixels.js';
import { tensorFlow } from './tensorflow.js';
import type { DepthMap, Intrinsics } from './types.js';

/** What a depth map consists of; can be sent between threads. Planes are row-major, of the picture's size. */
export interface DepthMapData {
  width: number;
  height: number;
  values: Float32Array<ArrayBuffer>;
  metres: Float32Array<ArrayBuffer>;
  mask: Float32Array<ArrayBuffer>;
  intrinsics: Intrinsics;
  headDistanceMetres: number;
  personFound: boolean;
}

export class PortraitDepthMap implements DepthMap {
  constructor(
    private readonly data: DepthMapData,
    private readonly computeNormals = normalsOf,
  ) {}

  get width(): number {
    return this.data.width;
  }
  get height(): number {
    return this.data.height;
  }
  get personFound(): boolean {
    return this.data.personFound;
  }
  get headDistanceMetres(): number {
    return this.data.headDistanceMetres;
  }
  values(): Float32Array<ArrayBuffer> {
    return this.data.values;
  }
  metres(): Float32Array<ArrayBuffer> {
    return this.data.metres;
  }
  mask(): Float32Array<ArrayBuffer> {
    return this.data.mask;
  }
  intrinsics(): Intrinsics {
    return { ...this.data.intrinsics };
  }

  async toCanvasImageSource(): Promise<CanvasImageSource> {
    const { values, width, height } = this.data;
    return toCanvas(fromPlane(values, width, height, (red) => 0xff000000 | red));
  }

  async toArray(): Promise<number[][]> {
    const { values, width, height } = this.data;
    return Array.from({ length: height }, (_, y) => Array.from(values.subarray(y * width, (y + 1) * width)));
  }

  async toTensor(): Promise<Tensor2D> {
    const tf = await tensorFlow();
    return tf.tensor2d(this.data.values, [this.height, this.width], 'float32');
  }

  getUnderlyingType(): 'array' {
    return 'array';
  }

  normals(): Promise<Float32Array<ArrayBuffer>> {
    return this.computeNormals(this.data);
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
