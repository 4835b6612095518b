// Objects of the worker that the page holds.

import { releaseProxy, type Remote } from 'comlink';
import { PortraitDepthError } from './errors.js';
import { PendingCalls } from './pending_calls.js';

/** An object in the worker. dispose() frees it there and releases Comlink's proxy. */
export class RemoteObject<T extends { dispose(): void }> {
  private held: Remote<T> | undefined;
  private readonly calls = new PendingCalls();

  constructor(
    remote: unknown,
    private readonly worker: PendingCalls,
    private readonly name: string,
  ) {
    this.held = remote as Remote<T>;
  }

  call<Result>(method: (remote: Remote<T>) => Promise<Result>): Promise<Result> {
    return this.calls.run(() => this.worker.run(() => method(this.held!)));
  }

  dispose(): void {
    const remote = this.held as (Remote<{ dispose(): void }> & { [releaseProxy](): void }) | undefined;
    this.held = undefined;
    this.calls.end(new PortraitDepthError('invalid_argument', `This ${this.name} was disposed of; create a new one.`));
    void remote?.dispose().finally(() => remote[releaseProxy]());
  }
}
