// TensorFlow.js, if the page has it: the global `tf` or the optional peer `@tensorflow/tfjs-core`.

import { PortraitDepthError } from './errors.js';

type TensorFlow = typeof import('@tensorflow/tfjs-core');

export async function tensorFlow(): Promise<TensorFlow> {
  const global = (globalThis as { tf?: TensorFlow }).tf;
  if (typeof global?.tensor2d === 'function') return global;
  try {
    return await import('@tensorflow/tfjs-core');
  } catch (cause) {
    throw new PortraitDepthError(
      'unsupported',
      'A tensor needs TensorFlow.js: install @tensorflow/tfjs-core or load it by a script tag; toArray() works without.',
      { cause },
    );
  }
}
