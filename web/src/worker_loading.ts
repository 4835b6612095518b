// onLoadProgress and signal of loads and estimations in the worker.

import { proxy, type ProxyMarked } from 'comlink';
import { abortable } from './abort.js';
import { notify, type LoadOptions, type LoadProgress } from './load_options.js';

/** Stands for a signal of the page; the worker keeps a controller for it while the call runs. */
export type SignalId = number;

/** Comlink sends functions only as arguments of their own. */
export type SentLoad = [signal: SignalId | undefined, onLoadProgress: SentProgress | undefined];
export type SentProgress = ((progress: LoadProgress) => Promise<void> | void) & ProxyMarked;

let lastId = 0;

/** Runs a call of the worker with a number for the signal. Rejects as soon as the signal aborts. */
export function withSignal<T>(
  signal: AbortSignal | undefined,
  abort: (id: SignalId) => unknown,
  call: (id: SignalId | undefined) => Promise<T>,
  discard?: (late: T) => void,
): Promise<T> {
  if (signal === undefined) return call(undefined);
  const id = ++lastId;
  const send = () => abort(id);
  signal.addEventListener('abort', send, { once: true });
  return abortable(() => call(id), signal, discard).finally(() => signal.removeEventListener('abort', send));
}

/** The config without its functions, and the functions in a form that can be sent. */
export function splitLoad<T extends LoadOptions>({ onLoadProgress, signal, ...config }: T) {
  return {
    config: config as Omit<T, keyof LoadOptions>,
    signal,
    onLoadProgress: onLoadProgress && proxy((progress: LoadProgress) => notify(onLoadProgress, progress)),
  };
}

/** In the worker: the controllers of the signals of the page. */
export class SentSignals {
  private readonly controllers = new Map<SignalId, AbortController>();

  /** May come before the call itself, because the two are sent on different ports. */
  abort(id: SignalId): void {
    this.controllerOf(id).abort();
  }

  async during<T>(id: SignalId | undefined, work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    if (id === undefined) return work(undefined);
    try {
      return await work(this.controllerOf(id).signal);
    } finally {
      this.controllers.delete(id);
    }
  }

  private controllerOf(id: SignalId): AbortController {
    const controller = this.controllers.get(id) ?? new AbortController();
    this.controllers.set(id, controller);
    return controller;
  }
}
