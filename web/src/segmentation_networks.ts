// The two networks of the segmentation, for upright and for wide pictures.

import { LazyNetwork } from './lazy_network.js';
import { Network } from './network.js';
import type { SegmenterConfig } from './types.js';

/** @internal The network for wide pictures is loaded with the first wide picture. */
export class SegmentationNetworks {
  private readonly landscape: LazyNetwork;

  private constructor(
    private readonly config: SegmenterConfig,
    private readonly general: Network,
  ) {
    const name = 'The segmentation network for wide pictures';
    this.landscape = new LazyNetwork('selfie_segmentation_landscape.onnx', name, config);
  }

  static async load(config: SegmenterConfig): Promise<SegmentationNetworks> {
    const { segmentationModelUrl: source } = config;
    const from = source === undefined ? ({ asset: 'selfie_segmentation.onnx' } as const) : { source };
    return new SegmentationNetworks(config, await Network.load(from, 'The segmentation network', config));
  }

  /** The caller's own network (`segmentationModelUrl`) serves pictures of every shape. */
  async forPicture(landscape: boolean): Promise<{ network: Network; landscape: boolean }> {
    if (!landscape || this.config.segmentationModelUrl !== undefined)
      return { network: this.general, landscape: false };
    return { network: await this.landscape.load(), landscape: true };
  }

  dispose(): void {
    this.general.dispose();
    this.landscape.dispose();
  }
}
