// A network of the package that is loaded with the first call that needs it.

import type { Asset } from './asset_names.js';
import { Network } from './network.js';
import type { RuntimeConfig } from './types.js';

/** @internal After a failure the next call loads again. */
export class LazyNetwork {
  private network: Promise<Network> | undefined;

  constructor(
    private readonly asset: Asset,
    private readonly name: string,
    private readonly config: RuntimeConfig,
  ) {}

  load(): Promise<Network> {
    const config = { ...this.config, signal: undefined }; // the signal is for the load of the estimator
    this.network ??= Network.load({ asset: this.asset }, this.name, config);
    this.network.catch(() => (this.network = undefined));
    return this.network;
  }

  dispose(): void {
    void this.network?.then((network) => network.dispose()).catch(() => undefined);
  }
}
