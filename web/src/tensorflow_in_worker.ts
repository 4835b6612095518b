// Stands in for tensorflow.ts in the worker's build: tensors are made on the page.

import { PortraitDepthError } from './errors.js';

export async function tensorFlow(): Promise<never> {
  throw new PortraitDepthError('unsupported', 'A worker makes no tensors; call toTensor() on the page.');
}
