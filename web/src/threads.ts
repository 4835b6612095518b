// How many threads the core and the networks run on.

import type { RuntimeConfig } from './types.js';

/** More hardly help pictures of a screen's size. */
const MOST = 4;

/** Browsers share memory between threads only in pages that are cross-origin isolated. */
export function threadCount({ threads }: RuntimeConfig): number {
  if (!globalThis.crossOriginIsolated) return 1;
  return Math.max(1, threads ?? Math.min(MOST, globalThis.navigator?.hardwareConcurrency ?? 1));
}
