// Who is in the picture: MediaPipe's selfie segmentation, its mask refined by the core on the picture's own edges.

import { assetUrl } from './assets.js';
import { loadCore } from './core_start.js';
import { Estimation, type SegmentationData } from './estimation.js';
import { Network } from './network.js';
import { fromPlane, toCanvas, toPixels, type Pixels } from './pixels.js';
import { tensorFlow } from './tensorflow.js';
import type { Mask, PixelInput, Segmentation, Segmenter, SegmenterConfig, AnyTensor } from './types.js';

/** @internal The two networks of the segmentation; the landscape one is loaded when the first wide picture comes. */
export class SegmentationNetworks {
  private landscape: Promise<Network> | undefined;

  private constructor(
    private readonly config: SegmenterConfig,
    private readonly general: Network,
  ) {}

  static async load(config: SegmenterConfig): Promise<SegmentationNetworks> {
    const source = config.segmentationModelUrl ?? assetUrl('selfie_segmentation.onnx', config);
    return new SegmentationNetworks(config, await Network.load(source, 'The segmentation network', config));
  }

  /** A network of the caller's own serves all shapes. */
  async forPicture(landscape: boolean): Promise<{ network: Network; landscape: boolean }> {
    if (!landscape || this.config.segmentationModelUrl !== undefined)
      return { network: this.general, landscape: false };
    this.landscape ??= Network.load(
      assetUrl('selfie_segmentation_landscape.onnx', this.config),
      'The segmentation network for wide pictures',
      this.config,
    );
    this.landscape.catch(() => (this.landscape = undefined));
    return { network: await this.landscape, landscape: true };
  }

  dispose(): void {
    this.general.dispose();
    void this.landscape?.then((network) => network.dispose()).catch(() => undefined);
  }
}

/** @internal */
export class PersonMask implements Mask {
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

  async toTensor<T extends AnyTensor = AnyTensor>(): Promise<T> {
    const tf = await tensorFlow();
    return tf.tensor3d(Int32Array.from(this.pixels().data), [this.height, this.width, 4], 'int32') as AnyTensor as T;
  }

  getUnderlyingType(): 'imagedata' {
    return 'imagedata';
  }
}

/** @internal A segmentation in the API's form; a list, for that is how the API gives it. */
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
    const [core, networks] = await Promise.all([loadCore(config), SegmentationNetworks.load(config)]);
    return new BodySegmenter(networks, new Estimation(core));
  }

  async segmentPeople(input: PixelInput | null | undefined): Promise<Segmentation[]> {
    if (input === null || input === undefined) {
      this.reset();
      return [];
    }
    return asSegmentations(await this.segment(await toPixels(input)));
  }

  /** The same in plain data. */
  segment(pixels: Pixels): Promise<SegmentationData> {
    return this.estimation.inTurn(async () => {
      this.estimation.setImage(pixels);
      await this.estimation.segment(this.networks);
      return this.estimation.segmentation();
    });
  }

  reset(): void {} // nothing is kept from frame to frame

  dispose(): void {
    this.networks.dispose();
    this.estimation.dispose();
  }
}

export function createSegmenter(config?: SegmenterConfig): Promise<Segmenter> {
  return BodySegmenter.load(config ?? {});
}
