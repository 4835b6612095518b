// onProgress and signal of long work that runs in the worker.

import { proxy } from 'comlink';
import { stoppedError, type LongWork } from './long_work.js';
import { checkOptions } from './option_checks.js';

/** Sends the progress to the page; the answer true asks the worker to stop. */
export type ProgressCall = (fraction: number) => Promise<boolean> | boolean;

/**
 * Runs long work of the worker, which gets one call in place of the callbacks. When the signal aborts or onProgress
 * throws, the promise rejects at once. The worker stops at its next report of progress; a late result goes to `discard`.
 */
export function withCallbacks<T extends object>(
  { onProgress, signal }: LongWork,
  work: (call: (ProgressCall & object) | undefined) => Promise<T>,
  discard: (late: T) => void = () => undefined,
): Promise<T> {
  if (onProgress === undefined && signal === undefined) return work(undefined);
  if (signal?.aborted === true) return Promise.reject(stoppedError());
  return new Promise((resolve, reject) => {
    let isOver = false;
    const end = (settle: () => void) => {
      isOver = true;
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => end(() => reject(stoppedError()));
    signal?.addEventListener('abort', abort);
    const call = proxy((fraction: number) => {
      try {
        if (!isOver) onProgress?.(fraction);
      } catch (error) {
        end(() => reject(error));
      }
      return isOver;
    });
    work(call).then(
      (result) => (isOver ? discard(result) : end(() => resolve(result))),
      (error) => end(() => reject(error)),
    );
  });
}

/** The options without their functions, which cannot be sent. Throws PortraitDepthError for wrong types. */
export function withoutCallbacks<T extends object>(options: T & LongWork): Omit<T, keyof LongWork> {
  checkOptions(options);
  const { onProgress, signal, ...rest } = options;
  return rest as Omit<T, keyof LongWork>;
}
