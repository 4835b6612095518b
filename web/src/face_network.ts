// The face detector, which only photos need.

import { Network } from './network.js';
import type { RuntimeConfig } from './types.js';

/** @internal Loads the network with the first call that needs it. */
export class FaceNetwork {
  private network: Promise<Network> | undefined;

  constructor(private readonly config: RuntimeConfig) {}

  load(): Promise<Network> {
    const config = { ...this.config, signal: undefined }; // the signal is for the load of the estimator
    this.network ??= Network.load({ asset: 'face_detection_full_range.onnx' }, 'The face detector', config);
    this.network.catch(() => (this.network = undefined));
    return this.network;
  }

  dispose(): void {
    void this.network?.then((network) => network.dispose()).catch(() => undefined);
  }
}
