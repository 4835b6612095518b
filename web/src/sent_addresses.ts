// The addresses of the package's files, as the page sends them to its worker: a bundler may have moved the worker's script
// away from the files. In the worker's build, this file stands in for asset_addresses.ts.

import type { Asset } from './asset_names.js';
import { PortraitDepthError } from './errors.js';

export type AssetAddresses = Readonly<Record<Asset, string>>;

let sent: AssetAddresses | undefined;

export function useAddresses(addresses: AssetAddresses): void {
  sent = addresses;
}

export function defaultAddress(asset: Asset): string {
  if (sent !== undefined) return sent[asset];
  throw new PortraitDepthError('invalid_argument', 'The worker has no addresses; start it with createWorkerClient.');
}
