// The estimation of one picture: its mask, its depth. The buffers lie in the core's memory and are reused.

import { abandoned, type Core } from './core.js';
import type { Pointer } from './core_functions.js';
import {
  DEPTH_MAP,
  ESTIMATION_CONFIG,
  PLACEMENT,
  SEGMENTATION,
  pack,
  type INTRINSICS,
  type Values,
} from './core_structs.js';
import { PortraitDepthMap, type DepthFacts } from './depth_map.js';
import { PortraitDepthError } from './errors.js';
import type { EstimationRequest } from './estimation_config.js';
import { lendGivenDepth, numberOfSource, sourceOfNumber } from './given_depth.js';
import { DEPTH_HEIGHT, DEPTH_WIDTH, GpuDepth } from './gpu_depth.js';
import type { GpuTensor, Network, Tensor } from './network.js';
import type { Pixels } from './pixels.js';
import type { SegmentationNetworks } from './segmentation_networks.js';
import { TaskQueue } from './task_queue.js';
import type { ARPortraitDepthEstimationConfig, Box, DepthSource, GivenDepth, GpuBuffer } from './types.js';

/** The result of a segmentation in plain data. */
export interface SegmentationData {
  width: number;
  height: number;
  mask: Float32Array<ArrayBuffer>;
  box: Box;
  coverage: number;
  found: boolean;
}

const DEPTH_WINDOW = [1, 4, DEPTH_HEIGHT, DEPTH_WIDTH] as const;
const GRAVITY = [1, 3] as const;
const FACE_WINDOW = [1, 3, 192, 192] as const;
const GENERAL_WINDOW = [1, 3, 256, 256] as const;
const LANDSCAPE_WINDOW = [1, 3, 144, 256] as const;

/** The core's answer. */
const MATTE_USED = 2;

const countOf = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);

export class Estimation {
  private handle: Pointer;
  private imageAddress: Pointer = 0;
  private width = 0;
  private height = 0;
  private gpuDepth: GpuDepth | undefined;
  private faceFound: boolean | undefined;
  /** A given map takes part in the depth of the picture. */
  private usesMap = false;
  /** Counts the depth maps, because the core keeps the latest one only. */
  private depthMaps = 0;
  private readonly queue = new TaskQueue();

  constructor(private readonly core: Core) {
    const handle = core.check(core.functions.pd_estimation_create());
    this.handle = handle;
    abandoned.register(this, () => core.functions.pd_estimation_destroy(handle), this);
  }

  /** Runs one picture's work at a time, because all calls share the buffers. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.queue.run(() => {
      if (this.handle === 0)
        throw new PortraitDepthError('invalid_argument', 'This estimator was disposed of; create a new one.');
      return work();
    });
  }

  setImage({ data, width, height }: Pixels): void {
    const { core, handle } = this;
    const address = core.check(core.functions.pd_estimation_image(handle, width, height));
    core.bytes(address, data.length).set(data);
    this.imageAddress = address;
    this.faceFound = undefined;
    this.usesMap = false;
    this.width = width;
    this.height = height;
  }

  /** Uses the whole picture as the person. */
  useWholePicture(): void {
    this.core.check(this.core.functions.pd_estimation_set_whole_picture(this.handle));
  }

  /** Uses a mask of the caller's, which has one value per pixel. */
  useMask(mask: Float32Array): void {
    const { core, handle, width, height } = this;
    if (mask.length !== width * height)
      throw new PortraitDepthError(
        'invalid_argument',
        `The mask has ${mask.length} values, the picture ${width} x ${height} pixels; pass one value per pixel.`,
      );
    core.lend([mask], (address) => core.check(core.functions.pd_estimation_set_mask(handle, address!)));
  }

  /**
   * Chooses the origin of the picture's depth; call it before the mask is there. Throws the core's error for a map that
   * cannot be used.
   */
  useDepth(given: GivenDepth | undefined, source: DepthSource | undefined): void {
    const { core, handle } = this;
    const used = lendGivenDepth(core, given, (address) =>
      core.check(core.functions.pd_estimation_set_given_depth(handle, address, numberOfSource(source))),
    );
    this.usesMap = sourceOfNumber(used) !== 'network';
  }

  /** Uses the given map's matte as the mask; false without one that shows a person. */
  useMatte(): boolean {
    if (!this.usesMap) return false;
    return this.core.check(this.core.functions.pd_estimation_set_matte(this.handle)) === MATTE_USED;
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
    if (mask === undefined || !('data' in mask) || mask.data.length !== width * height)
      throw new PortraitDepthError(
        'unreadable',
        "The segmentation network did not return a mask of its input's size; check `segmentationModelUrl`.",
      );
    core.lend([mask.data], (address) =>
      core.check(core.functions.pd_estimation_set_coarse_mask(handle, address!, width, height)),
    );
  }

  get found(): boolean {
    return this.readSegmentation().found !== 0;
  }

  private readSegmentation(): Values<typeof SEGMENTATION> {
    return this.core.read(SEGMENTATION, this.core.functions.pd_estimation_segmentation(this.handle));
  }

  segmentation(): SegmentationData {
    const { mask, x, y, width, height, coverage, found } = this.readSegmentation();
    return {
      width: this.width,
      height: this.height,
      mask: this.core.floats(mask, this.width * this.height).slice(),
      box: { x, y, width, height },
      coverage,
      found: found !== 0,
    };
  }

  /** Whether the person shows a face. Call it after `segment`. */
  async findFace(network: Network): Promise<boolean> {
    const { core, handle } = this;
    const f = core.functions;
    this.faceFound = false;
    for (let region = 0; !this.faceFound; region += 1) {
      const input = f.pd_estimation_face_input(handle, region);
      if (input === 0) break;
      const data = core.floats(input, countOf(FACE_WINDOW)).slice();
      const { boxes, scores } = await network.run({ data, dims: FACE_WINDOW });
      if (boxes === undefined || !('data' in boxes) || scores === undefined || !('data' in scores))
        throw new PortraitDepthError('unreadable', 'The face detector did not return `boxes` and `scores`.');
      this.faceFound = core.lend(
        [boxes.data, scores.data],
        (boxesAt, scoresAt) => f.pd_estimation_set_face(handle, boxesAt!, scoresAt!) !== 0,
      );
    }
    return this.faceFound;
  }

  /** Needs a person: call it after `segment` (with `found` true) or `useWholePicture`. */
  async estimate(network: Network, config: EstimationRequest): Promise<PortraitDepthMap> {
    const { core, handle } = this;
    const gravity = this.gravityOf(config);
    const flip = config.flipAugmentation === true;
    const headSeen = config.headPass === true && (await this.lookAtHead(network, gravity, flip));
    const address = core.check(core.functions.pd_estimation_depth_input(handle));
    const input = core.floats(address, countOf(DEPTH_WINDOW)).slice();
    if (flip || headSeen) {
      const { relief, cropWidthMetres } = await this.runOnCpu(network, input, gravity, flip);
      this.place(cropWidthMetres, config);
      return this.depthOnCpu(relief);
    }
    const { relief, cropWidthMetres } = checkedOutputs(await runDepthNetwork(network, input, gravity));
    try {
      const placement = this.place(cropWidthMetres, config);
      if (!('buffer' in relief)) return this.depthOnCpu(relief.data);
      // Limits that follow the person need the metres, and so does a given map.
      if (Number.isNaN(config.minDepth) || this.usesMap) return this.depthOnCpu(await relief.download());
      this.gpuDepth ??= await GpuDepth.start(network.engine.device!);
      if (!this.gpuDepth.fits(this.width, this.height)) return this.depthOnCpu(await relief.download());
      return this.depthOnGpu(this.gpuDepth, input, relief.buffer, placement, config);
    } finally {
      if ('buffer' in relief) relief.dispose();
    }
  }

  /** The input `gravity` of a depth network. Throws the core's error for angles out of range. */
  private gravityOf({ cameraPitch = NaN, cameraRoll = 0 }: ARPortraitDepthEstimationConfig): Float32Array {
    const { core } = this;
    return core.floats(core.check(core.functions.pd_gravity(cameraPitch, cameraRoll)), countOf(GRAVITY)).slice();
  }

  /** Runs the network on the head of the person, for the depth map that follows; false where it brings nothing. */
  private async lookAtHead(network: Network, gravity: Float32Array, flip: boolean): Promise<boolean> {
    const { core, handle } = this;
    const address = core.functions.pd_estimation_head_input(handle);
    if (address === 0) return false;
    const input = core.floats(address, countOf(DEPTH_WINDOW)).slice();
    const { relief } = await this.runOnCpu(network, input, gravity, flip);
    core.lend([relief], (reliefAt) => core.check(core.functions.pd_estimation_set_head(handle, reliefAt!)));
    return true;
  }

  /** The relief of the core's latest input; with `flip`, the mean with its mirror image's, both with the same weight. */
  private async runOnCpu(network: Network, input: Float32Array, gravity: Float32Array, flip: boolean) {
    const { core, handle } = this;
    const runNetwork = async (data: Float32Array, direction: Float32Array) => {
      const { relief, cropWidthMetres } = checkedOutputs(await runDepthNetwork(network, data, direction));
      if (!('buffer' in relief)) return { relief: relief.data, cropWidthMetres };
      try {
        return { relief: await relief.download(), cropWidthMetres };
      } finally {
        relief.dispose();
      }
    };
    const straight = await runNetwork(input, gravity);
    if (!flip) return straight;
    const [x, y, z] = gravity as unknown as [number, number, number];
    const mirrorImage = core.floats(core.functions.pd_estimation_mirrored_input(handle), input.length).slice();
    const mirrored = await runNetwork(mirrorImage, Float32Array.of(-x, y, z));
    const results = [straight, mirrored].flatMap((run) => [run.relief, Float32Array.of(run.cropWidthMetres)]);
    return core.lend(results, (relief, width, mirroredRelief, mirroredWidth) => {
      core.check(core.functions.pd_average_with_mirror_image(relief!, width!, mirroredRelief!, mirroredWidth!));
      return {
        relief: core.floats(mirroredRelief!, straight.relief.length).slice(),
        cropWidthMetres: core.floats(mirroredWidth!, 1)[0]!,
      };
    });
  }

  private place(
    cropWidthMetres: number,
    { minDepth, maxDepth, intrinsics, headDistanceMetres, flipHorizontal }: ARPortraitDepthEstimationConfig,
  ): Values<typeof PLACEMENT> {
    const { fx, fy, cx, cy } = intrinsics ?? { fx: NaN, fy: NaN, cx: NaN, cy: NaN };
    const config = pack(ESTIMATION_CONFIG, {
      minDepth,
      maxDepth,
      fx,
      fy,
      cx,
      cy,
      headDistanceMetres: headDistanceMetres ?? NaN,
      flipHorizontal: flipHorizontal === true ? 1 : 0,
    });
    const { core, handle } = this;
    return core.lend([config], (address) =>
      core.read(PLACEMENT, core.functions.pd_estimation_place(handle, cropWidthMetres, address!)),
    );
  }

  /** Brings the relief to the picture with the core. */
  private depthOnCpu(relief: Float32Array): PortraitDepthMap {
    const { core, handle, width, height } = this;
    const address = core.lend([relief], (reliefAt) =>
      core.check(core.functions.pd_estimation_depth_map(handle, reliefAt!)),
    );
    const map = core.read(DEPTH_MAP, address);
    const plane = (at: Pointer) => core.floats(at, width * height).slice();
    const planes = { values: plane(map.values), metres: plane(map.metres) };
    this.depthMaps += 1;
    const number = this.depthMaps;
    const inCore = () => (this.handle !== 0 && this.depthMaps === number ? address : undefined);
    const facts = {
      ...this.factsOf(map, plane(map.mask)),
      depthSource: sourceOfNumber(core.functions.pd_estimation_depth_source(handle)),
      depthWarning: core.text(core.functions.pd_estimation_depth_warning(handle)) || undefined,
    };
    return new PortraitDepthMap(facts, planes, { core, address: inCore });
  }

  /** Brings the relief to the picture on the GPU, where the depth stays. */
  private depthOnGpu(
    gpuDepth: GpuDepth,
    planes: Float32Array,
    relief: GpuBuffer,
    placement: Values<typeof PLACEMENT>,
    { minDepth, maxDepth, flipHorizontal = false }: ARPortraitDepthEstimationConfig,
  ): PortraitDepthMap {
    const { core, width, height } = this;
    const picture = core.bytes(this.imageAddress, 4 * width * height);
    const mask = core.floats(placement.mask, width * height);
    const gpuPlanes = gpuDepth.run({
      relief: relief as GPUBuffer,
      planes,
      picture,
      mask,
      width,
      height,
      placement,
      mirrored: flipHorizontal,
      minDepth,
      maxDepth,
    });
    const ownMask = flipHorizontal ? mirrorRows(mask.slice(), width) : mask.slice();
    return new PortraitDepthMap(this.factsOf(placement, ownMask), gpuPlanes);
  }

  /** The facts of a depth map of this picture, with the camera and the head's distance by the core. */
  private factsOf(
    { fx, fy, cx, cy, headDistanceMetres }: Values<typeof INTRINSICS> & { headDistanceMetres: number },
    mask: Float32Array<ArrayBuffer>,
  ): DepthFacts {
    const { width, height, faceFound } = this;
    const intrinsics = { fx, fy, cx, cy, width, height };
    return { width, height, mask, intrinsics, headDistanceMetres, personFound: true, faceFound };
  }

  dispose(): void {
    const handle = this.handle;
    if (handle === 0) return;
    void this.queue.run(async () => {
      this.core.functions.pd_estimation_destroy(handle);
      this.gpuDepth?.dispose();
    });
    abandoned.unregister(this);
    this.handle = 0;
  }
}

function runDepthNetwork(network: Network, data: Float32Array, gravity: Float32Array) {
  return network.run({ data, dims: DEPTH_WINDOW }, { gravity: { data: gravity, dims: GRAVITY } });
}

/** Mirrors each row of the plane, in place. */
function mirrorRows<T extends Float32Array>(plane: T, width: number): T {
  for (let row = 0; row < plane.length; row += width) plane.subarray(row, row + width).reverse();
  return plane;
}

function checkedOutputs(outputs: Record<string, Tensor | GpuTensor>) {
  const { relief, crop_width: width } = outputs;
  const cropWidthMetres = width !== undefined && 'data' in width ? width.data[0] : undefined;
  if (
    relief === undefined ||
    cropWidthMetres === undefined ||
    countOf(relief.dims) !== DEPTH_WINDOW[2] * DEPTH_WINDOW[3]
  )
    throw new PortraitDepthError(
      'unreadable',
      'The depth network did not return `relief` of 256 x 192 and `crop_width`; choose a network of kind relief.',
    );
  return { relief, cropWidthMetres };
}
