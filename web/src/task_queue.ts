// Runs asynchronous tasks one after the other.

export class TaskQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs the task after all earlier ones ended; rejects with the error of this task alone. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.last.then(task);
    this.last = result.catch(() => undefined);
    return result;
  }
}
