// What needs no browser: limits, memory.

import { describe, expect, it } from 'vitest';
import { Core } from '../src/core.js';
import type { CoreFunctions } from '../src/core_functions.js';
import { checkEstimationConfig } from '../src/estimator.js';

describe('limits', () => {
  it('may coincide', () => expect(checkEstimationConfig({ minDepth: 1, maxDepth: 1 })).toMatchObject({ minDepth: 1 }));
  it('must be numbers', () =>
    expect(() => checkEstimationConfig({ minDepth: NaN, maxDepth: 1 })).toThrow(
      'An estimation config with minDepth and maxDepth set must be provided.',
    ));
  it.each([
    [-Infinity, 1],
    [0, Infinity],
    [-1e300, 1],
  ])('must be finite in float32: %f, %f', (minDepth, maxDepth) =>
    expect(() => checkEstimationConfig({ minDepth, maxDepth })).toThrow(
      'An estimation config with minDepth and maxDepth set must be provided.',
    ),
  );
  it('must not be text', () =>
    expect(() => checkEstimationConfig({ minDepth: 'a' as never, maxDepth: 1 })).toThrow(
      'minDepth must be a number, not a.',
    ));
});

describe("the core's memory", () => {
  it('that is not enough is told as such, whatever went wrong earlier', () => {
    const functions = { malloc: () => 0, pd_error_code: () => 0, pd_error_message: () => 0 };
    const core = new Core(functions as unknown as CoreFunctions, new WebAssembly.Memory({ initial: 1 }), 1);
    expect(() => core.lend([new Float32Array(4)], () => 0)).toThrow(
      'There is not enough memory for this picture; give a smaller one.',
    );
  });
});
