// Keeps the package's networks in the browser's Cache API, by their content hash: pages of a site download a network once,
// also from servers that forbid HTTP caching. Without the Cache API (insecure pages, private windows) each page downloads.

import { factsOf, type AssetFacts } from './asset_facts.js';
import { ASSETS, type Asset } from './asset_names.js';

const NAME = 'portrait_depth_networks';

const isNetwork = (asset: Asset) => asset.endsWith('.onnx');

/** An address that no server answers; the cache is the only user. */
const keyOf = ({ hash }: AssetFacts) => `${globalThis.location.origin}/.portrait-depth/${hash}`;

async function open(): Promise<Cache | undefined> {
  try {
    return await globalThis.caches?.open(NAME);
  } catch {
    return undefined; // the browser forbids storage to this page
  }
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function keptNetwork(asset: Asset): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const facts = factsOf(asset);
  if (facts === undefined || !isNetwork(asset)) return undefined;
  const response = await (await open())?.match(keyOf(facts)).catch(() => undefined);
  if (response === undefined) return undefined;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return (await hashOf(bytes)) === facts.hash ? bytes : undefined;
}

/** Keeps the network if it is the one of this version, and removes networks of other versions. */
export async function keepNetwork(asset: Asset, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const facts = factsOf(asset);
  if (facts === undefined || !isNetwork(asset)) return;
  const cache = await open();
  if (cache === undefined || (await hashOf(bytes)) !== facts.hash) return;
  try {
    await cache.put(keyOf(facts), new Response(bytes));
    const current = ASSETS.filter(isNetwork).map((name) => keyOf(factsOf(name)!));
    for (const request of await cache.keys()) if (!current.includes(request.url)) await cache.delete(request);
  } catch {
    // The storage is full: the next page downloads the network again.
  }
}
