// Size and content hash of the package's files, which the build measures.

import type { Asset } from './asset_names.js';

export interface AssetFacts {
  bytes: number;
  /** SHA-256, hexadecimal. */
  hash: string;
}

/** scripts/build.mjs replaces this name. */
declare const __ASSET_FACTS__: Readonly<Record<Asset, AssetFacts>>;

/** undefined in tests that import the sources. */
export function factsOf(asset: Asset): AssetFacts | undefined {
  return typeof __ASSET_FACTS__ === 'undefined' ? undefined : __ASSET_FACTS__[asset];
}
