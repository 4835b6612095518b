// What needs no browser: limits.

import { describe, expect, it } from 'vitest';
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
    ));
  it('must not be text', () =>
    expect(() => checkEstimationConfig({ minDepth: 'a' as never, maxDepth: 1 })).toThrow(
      'minDepth must be a number, not a.',
    ));
});
