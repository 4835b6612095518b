// The depth of a picture in the GPU's memory.

import { PortraitDepthError } from './errors.js';
import type { GpuBuffer, GpuDevice } from './types.js';

/** Values and metres of a depth map in buffers of the GPU. */
export class GpuPlanes {
  private known: Promise<Float32Array<ArrayBuffer>[]> | undefined;
  /** The buffers were freed. */
  disposed = false;

  constructor(
    readonly device: GpuDevice,
    /** float32, one value for each pixel, row by row. */
    readonly values: GpuBuffer,
    private readonly metres: GpuBuffer,
    private readonly failure: Promise<GPUError | null>,
  ) {
    failure.catch(() => undefined); // read() reports the failure
  }

  /** Both planes; the first call copies them from the GPU. */
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
    // The copy is submitted before the first await, because dispose() may follow at once.
    const staging = device.createBuffer({ size: 2 * size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    planes.forEach((plane, index) => encoder.copyBufferToBuffer(plane, 0, staging, index * size, size));
    device.queue.submit([encoder.finish()]);
    const mapped = staging.mapAsync(GPUMapMode.READ);
    mapped.catch(() => undefined); // `failure` gives the better reason
    try {
      if ((await this.failure) !== null)
        throw new PortraitDepthError(
          'too_large',
          'The GPU has too little memory for this picture; pass a smaller one.',
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
