// Cancellation by AbortSignal.

import { stoppedError } from './long_work.js';

/** Throws if the signal is aborted. */
export function checkNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw stoppedError();
}

/** Rejects with `stopped` as soon as the signal aborts; a later result goes to `discard`. */
export function abortable<T>(
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return work();
  if (signal.aborted) return Promise.reject(stoppedError());
  return new Promise((resolve, reject) => {
    const abort = () => reject(stoppedError());
    signal.addEventListener('abort', abort, { once: true });
    work()
      .then((result) => (signal.aborted ? discard(result) : resolve(result)), reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
