// One estimation at a time, its buffers in the core's memory and reused: picture, mask, network inputs, depth.

import { abandoned, type Core, type Pointer } from './core.js';
import type { DepthMapData } from './depth_map.js';
import { PortraitDepthError } from './errors.js';
import type { Network, Tensor } from './network.js';
import type { Pixels } from './pixels.js';
import type { SegmentationNetworks } from './segmenter.js';
import type { ARPortraitDepthEstimationConfig, Box } from './types.js';

export interface SegmentationData {
  width: number;
  height: number;
  mask: Float32Array<ArrayBuffer>;
  box: Box;
  coverage: number;
  found: boolean;
}

const DEPTH_WINDOW = [1, 4, 256, 192] as const;
const GENERAL_WINDOW = [1, 3, 256, 256] as const;
const LANDSCAPE_WINDOW = [1, 3, 144, 256] as const;

const countOf = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);

export class Estimation {
  private handle: Pointer;
  private width = 0;
  private height = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly core: Core) {
    const handle = core.check(core.functions.pd_estimation_create());
    this.handle = handle;
    abandoned.register(this, () => core.functions.pd_estimation_destroy(handle), this);
  }

  /** Calls that overlap wait for each other: they share the buffers. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(() => {
      if (this.handle === 0)
        throw new PortraitDepthError('invalid_argument', 'This estimator was disposed of; create a new one.');
      return work();
    });
    this.queue = result.catch(() => undefined);
    return result;
  }

  setImage({ data, width, height }: Pixels): void {
    const { core, handle } = this;
    const address = core.check(core.functions.pd_estimation_image(handle, width, height));
    core.bytes(address, data.length).set(data);
    this.width = width;
    this.height = height;
  }

  /** Takes the whole picture as the person. */
  useWholePicture(): void {
    this.core.check(this.core.functions.pd_estimation_set_whole_picture(this.handle));
  }

  async segment(networks: SegmentationNetworks): Promise<void> {
    const { core, handle } = this;
    const wide = core.functions.pd_estimation_landscape(handle) !== 0;
    const { network, landscape } = await networks.forPicture(wide);
    const dims = landscape ? LANDSCAPE_WINDOW : GENERAL_WINDOW;
    const input = core.check(core.functions.pd_estimation_segmentation_input(handle, landscape ? 1 : 0));
    const outputs = await network.run({ data: core.floats(input, countOf(dims)).slice(), dims });
    const [mask] = Object.values(outputs);
    const [height, width] = [dims[2], dims[3]];
    if (mask?.data.length !== width * height)
      throw new PortraitDepthError('unreadable', "The segmentation network gives no mask of its input's size.");
    core.lend([mask.data], (address) =>
      core.check(core.functions.pd_estimation_set_coarse_mask(handle, address!, width, height)),
    );
  }

  get found(): boolean {
    return this.segmentationNumbers()[5] !== 0;
  }

  private segmentationNumbers(): Float32Array {
    return this.core.floats(this.core.check(this.core.functions.pd_estimation_segmentation_numbers(this.handle)), 6);
  }

  segmentation(): SegmentationData {
    const [x, y, width, height, coverage, found] = this.segmentationNumbers() as unknown as number[];
    const mask = this.core.check(this.core.functions.pd_estimation_segmentation_mask(this.handle));
    return {
      width: this.width,
      height: this.height,
      mask: this.core.floats(mask, this.width * this.height).slice(),
      box: { x: x!, y: y!, width: width!, height: height! },
      coverage: coverage!,
      found: found !== 0,
    };
  }

  /** Only after `segment` or `useWholePicture` found somebody. */
  async estimate(network: Network, config: ARPortraitDepthEstimationConfig): Promise<DepthMapData> {
    const { core, handle } = this;
    const input = core.check(core.functions.pd_estimation_depth_input(handle));
    const outputs = await network.run({
      data: core.floats(input, countOf(DEPTH_WINDOW)).slice(),
      dims: DEPTH_WINDOW,
    });
    const { relief, cropWidthMetres } = checkedOutputs(outputs);
    const { fx, fy, cx, cy } = config.intrinsics ?? { fx: NaN, fy: NaN, cx: NaN, cy: NaN };
    core.lend([relief], (address) =>
      core.check(
        core.functions.pd_estimation_finish(
          handle,
          address!,
          cropWidthMetres,
          config.minDepth,
          config.maxDepth,
          config.flipHorizontal === true ? 1 : 0,
          fx,
          fy,
          cx,
          cy,
          config.headDistanceMetres ?? NaN,
        ),
      ),
    );
    return this.depthMap();
  }

  private depthMap(): DepthMapData {
    const { core, handle, width, height } = this;
    const f = core.functions;
    const plane = (address: Pointer) => core.floats(core.check(address), width * height).slice();
    const numbers = core.floats(core.check(f.pd_estimation_numbers(handle)), 5);
    const [fx, fy, cx, cy, headDistanceMetres] = [...numbers] as [number, number, number, number, number];
    return {
      width,
      height,
      values: plane(f.pd_estimation_values(handle)),
      metres: plane(f.pd_estimation_metres(handle)),
      mask: plane(f.pd_estimation_mask(handle)),
      intrinsics: { fx, fy, cx, cy, width, height },
      headDistanceMetres,
      personFound: true,
    };
  }

  dispose(): void {
    const handle = this.handle;
    if (handle === 0) return;
    void this.queue.then(() => this.core.functions.pd_estimation_destroy(handle));
    abandoned.unregister(this);
    this.handle = 0;
  }
}

function checkedOutputs(outputs: Record<string, Tensor>): { relief: Float32Array; cropWidthMetres: number } {
  const relief = outputs.relief?.data;
  const cropWidthMetres = outputs.crop_width?.data[0];
  if (relief?.length !== DEPTH_WINDOW[2] * DEPTH_WINDOW[3] || cropWidthMetres === undefined)
    throw new PortraitDepthError(
      'unreadable',
      'The depth network does not give `relief` of 256 x 192 and `crop_width`; is it a network of kind relief?',
    );
  return { relief, cropWidthMetres };
}
