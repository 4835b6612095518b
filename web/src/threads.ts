// The number of threads of the core and of the networks.

import type { RuntimeConfig } from './types.js';

/** More threads hardly help pictures of a screen's size. */
const LARGEST_DEFAULT = 4;

/** One, unless the page is cross-origin isolated: only there, browsers share memory between threads. */
export function threadCount({ threads }: RuntimeConfig): number {
  if (!globalThis.crossOriginIsolated) return 1;
  return Math.max(1, threads ?? Math.min(LARGEST_DEFAULT, globalThis.navigator?.hardwareConcurrency ?? 1));
}
