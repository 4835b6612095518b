// The two networks of the segmentation, for upright and for wide pictures.

import { Network } from './network.js';
import type { SegmenterConfig } from './types.js';

/** @internal The network for wide pictures is loaded with the first wide picture. */
export class SegmentationNetworks {
  private landscape: Promise<Network> | undefined;

  private constructor(
    private readonly config: SegmenterConfig,
    private readonly general: Network,
  ) {}

  static async load(config: SegmenterConfig): Promise<SegmentationNetworks> {
    const { segmentationModelUrl: source } = config;
    const from = source === undefined ? ({ asset: 'selfie_segmentation.onnx' } as const) : { source };
    return new SegmentationNetworks(config, await Network.load(from, 'The segmentation network', config));
  }

  /** The caller's own network (`segmentationModelUrl`) serves pictures of every shape. */
  async forPicture(landscape: boolean): Promise<{ network: Network; landscape: boolean }> {
    if (!landscape || this.config.segmentationModelUrl !== undefined)
      return { network: this.general, landscape: false };
    this.landscape ??= Network.load(
      { asset: 'selfie_segmentation_landscape.onnx' },
      'The segmentation network for wide pictures',
      { ...this.config, signal: undefined }, // the signal is for the load of the estimator
    );
    this.landscape.catch(() => (this.landscape = undefined));
    return { network: await this.landscape, landscape: true };
  }

  dispose(): void {
    this.general.dispose();
    void this.landscape?.then((network) => network.dispose()).catch(() => undefined);
  }
}
