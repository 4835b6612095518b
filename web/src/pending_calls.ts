// Calls to the worker that reject when the worker ends.

import type { PortraitDepthError } from './errors.js';

/** Calls to a worker, or to an object in it. When it ends, pending calls and all later ones reject. */
export class PendingCalls {
  private readonly waiting = new Set<(reason: unknown) => void>();
  private ending: PortraitDepthError | undefined;

  run<T>(call: () => Promise<T>): Promise<T> {
    if (this.ending !== undefined) return Promise.reject(this.ending);
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      (async () => call())()
        .then(resolve, reject)
        .finally(() => this.waiting.delete(reject));
    });
  }

  get isEnded(): boolean {
    return this.ending !== undefined;
  }

  end(reason: PortraitDepthError): void {
    this.ending ??= reason;
    for (const reject of this.waiting) reject(this.ending);
    this.waiting.clear();
  }
}
