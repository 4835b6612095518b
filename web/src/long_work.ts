// Progress and cancellation of work that takes longer than a frame of the page.

import { PortraitDepthError } from './errors.js';

export interface LongWork {
  /** Receives 0..1, never decreasing. An error thrown here ends the work, which rejects with that error. */
  onProgress?: (fraction: number) => void;
  /** When it aborts, the work rejects with a PortraitDepthError of code `stopped`. */
  signal?: AbortSignal;
}

/** @internal */
export function stoppedError(): PortraitDepthError {
  return new PortraitDepthError('stopped', 'The work was stopped on request.');
}

/** Browsers delay nested timers by 4 ms each, but not the messages of a channel. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** @internal Reports the progress, yields the thread to other tasks, and throws once the signal is aborted. */
export async function reportAndYield(work: LongWork, fraction: number): Promise<void> {
  work.onProgress?.(fraction);
  await nextTask();
  if (work.signal?.aborted === true) throw stoppedError();
}
