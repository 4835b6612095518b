// The addresses of the package's files, by the config or by default.

import { defaultAddress } from './asset_addresses.js';
import { ASSETS, type Asset } from './asset_names.js';
import type { AssetAddresses } from './sent_addresses.js';
import type { RuntimeConfig } from './types.js';

export type { Asset } from './asset_names.js';

function absolute(url: string): string {
  return new URL(url, globalThis.location?.href).href;
}

export function assetUrl(asset: Asset, config: RuntimeConfig = {}): string {
  if (asset.startsWith('ort') && config.wasmPath !== undefined) return absolute(config.wasmPath + asset);
  if (config.assetPath !== undefined) return absolute(config.assetPath + asset);
  return defaultAddress(asset);
}

/** The addresses of all files without a config. */
export function allAddresses(): AssetAddresses {
  return Object.fromEntries(ASSETS.map((asset) => [asset, absolute(defaultAddress(asset))])) as AssetAddresses;
}
