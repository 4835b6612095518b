// A load that several callers share.

import { abortable } from './abort.js';
import { notify, type LoadOptions, type LoadProgress } from './load_options.js';

interface Running<T> {
  promise: Promise<T>;
  controller: AbortController;
  /** Callers that wait. */
  callers: Set<LoadOptions>;
  isLoaded: boolean;
}

/** Loads once. A failed or abandoned load starts again with the next call. */
export class SharedLoad<T> {
  private running: Running<T> | undefined;

  /** All waiting callers receive the progress; the load is cancelled when all of them have aborted. */
  get(load: (options: LoadOptions) => Promise<T>, options: LoadOptions): Promise<T> {
    this.running ??= this.start(load);
    const running = this.running;
    if (running.isLoaded) return abortable(() => running.promise, options.signal);
    running.callers.add(options);
    const leave = () => {
      running.callers.delete(options);
      if (running.isLoaded || running.callers.size > 0) return;
      this.forget(running);
      running.controller.abort();
    };
    options.signal?.addEventListener('abort', leave, { once: true });
    const settle = () => {
      options.signal?.removeEventListener('abort', leave);
      running.callers.delete(options);
    };
    running.promise.then(settle, settle);
    return abortable(() => running.promise, options.signal);
  }

  private start(load: (options: LoadOptions) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const callers = new Set<LoadOptions>();
    const onLoadProgress = (progress: LoadProgress) => {
      for (const caller of callers) notify(caller.onLoadProgress, progress);
    };
    const promise = load({ onLoadProgress, signal: controller.signal });
    const running = { promise, controller, callers, isLoaded: false };
    promise.then(
      () => (running.isLoaded = true),
      () => this.forget(running),
    );
    return running;
  }

  private forget(running: Running<T>): void {
    if (this.running === running) this.running = undefined;
  }
}
