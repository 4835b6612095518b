// The one tensor of a depth map or a mask, as in TensorFlow.js' API.

import type { Tensor } from '@tensorflow/tfjs-core';

export class KeptTensor {
  private kept: Promise<Tensor> | undefined;

  /** The kept tensor; makes it at the first call, after a failure, and after the caller disposed of it. */
  async get(make: () => Promise<Tensor>): Promise<Tensor> {
    const known = this.kept;
    if (known !== undefined && !(await known).isDisposed) return known;
    if (this.kept === known) {
      const made = make();
      this.kept = made;
      made.catch(() => {
        if (this.kept === made) this.kept = undefined;
      });
    }
    return this.kept!;
  }
}
