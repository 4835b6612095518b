// The page's TensorFlow.js: the global `tf`, or else the optional peer `@tensorflow/tfjs-core`.

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
      'toTensor() needs TensorFlow.js; install @tensorflow/tfjs-core or load it by a script tag, or use toArray().',
      { cause },
    );
  }
}
