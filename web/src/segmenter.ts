// The segmentation of people: MediaPipe's selfie segmentation, whose mask the core refines at the picture's edges.

import { abortable } from './abort.js';
import { loadCore } from './core_start.js';
import { checkEnvironment } from './environment.js';
import { Estimation, type SegmentationData } from './estimation.js';
import { KeptTensor } from './kept_tensor.js';
import { fromPlane, toCanvas, toPixels, type Pixels } from './pixels.js';
import { SegmentationNetworks } from './segmentation_networks.js';
import type { AnyTensor, Tensor3D } from './tensor_types.js';
import { tensorFlow } from './tensorflow.js';
import type { Mask, PixelInput, Segmentation, Segmenter, SegmenterConfig } from './types.js';

/** @internal */
export class PersonMask implements Mask {
  private readonly tensor = new KeptTensor();

  constructor(
    private readonly mask: Float32Array<ArrayBuffer>,
    private readonly width: number,
    private readonly height: number,
  ) {}

  values(): Float32Array<ArrayBuffer> {
    return this.mask;
  }

  private pixels(): Pixels {
    return fromPlane(this.mask, this.width, this.height, (value) => value * 0x01010101);
  }

  async toCanvasImageSource(): Promise<CanvasImageSource> {
    return toCanvas(this.pixels());
  }

  async toImageData(): Promise<ImageData> {
    return new ImageData(this.pixels().data, this.width, this.height);
  }

  toTensor(): Promise<Tensor3D>;
  toTensor<T extends AnyTensor>(): Promise<T>;
  async toTensor(): Promise<AnyTensor> {
    return this.tensor.get(() => this.makeTensor());
  }

  private async makeTensor() {
    const tf = await tensorFlow();
    return tf.tensor3d(Int32Array.from(this.pixels().data), [this.height, this.width, 4], 'int32');
  }

  getUnderlyingType(): 'imagedata' {
    return 'imagedata';
  }
}

/** @internal A segmentation in the form of TensorFlow.js' API: a list of at most one entry. */
export function asSegmentations(data: SegmentationData): Segmentation[] {
  if (!data.found) return [];
  const { width, height, box, coverage } = data;
  return [{ maskValueToLabel: () => 'person', mask: new PersonMask(data.mask, width, height), box, coverage }];
}

/** @internal */
export class BodySegmenter implements Segmenter {
  private constructor(
    private readonly networks: SegmentationNetworks,
    private readonly estimation: Estimation,
  ) {}

  static async load(config: SegmenterConfig): Promise<BodySegmenter> {
    checkEnvironment();
    const load = async () => {
      const networks = SegmentationNetworks.load(config);
      try {
        const [core, loaded] = await Promise.all([loadCore(config), networks]);
        return new BodySegmenter(loaded, new Estimation(core));
      } catch (error) {
        void networks.then((loaded) => loaded.dispose()).catch(() => undefined);
        throw error;
      }
    };
    return abortable(load, config.signal, (late) => late.dispose());
  }

  async segmentPeople(input: PixelInput | null | undefined): Promise<Segmentation[]> {
    if (input === null || input === undefined) {
      this.reset();
      return [];
    }
    return asSegmentations(await this.segment(await toPixels(input)));
  }

  /** The segmentation in plain data. */
  segment(pixels: Pixels): Promise<SegmentationData> {
    return this.estimation.inTurn(async () => {
      this.estimation.setImage(pixels);
      await this.estimation.segment(this.networks);
      return this.estimation.segmentation();
    });
  }

  reset(): void {} // a segmenter keeps no state between frames

  dispose(): void {
    this.networks.dispose();
    this.estimation.dispose();
  }
}

export function createSegmenter(config?: SegmenterConfig): Promise<Segmenter> {
  return BodySegmenter.load(config ?? {});
}
