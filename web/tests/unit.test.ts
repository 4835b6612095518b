// What needs no browser: sizes and limits.

import { describe, expect, it } from 'vitest';
import { checkEstimationConfig } from '../src/estimator.js';
import { frameSize } from '../src/photo3d.js';

describe('frame sizes', () => {
  const photo = { width: 1200, height: 1600 };
  it('follow from the photo, at most 720 high', () =>
    expect(frameSize(photo, {})).toEqual({ width: 540, height: 720 }));
  it('keep the shape when one side is given', () => {
    expect(frameSize(photo, { width: 300 })).toEqual({ width: 300, height: 400 });
    expect(frameSize(photo, { height: 480 })).toEqual({ width: 360, height: 480 });
  });
  it('are even', () => expect(frameSize(photo, { width: 301, height: 401 })).toEqual({ width: 302, height: 402 }));
  it('are not larger than the photo unless asked', () =>
    expect(frameSize({ width: 64, height: 48 }, {})).toEqual({ width: 64, height: 48 }));
});

describe('limits', () => {
  it('may coincide', () => expect(checkEstimationConfig({ minDepth: 1, maxDepth: 1 })).toMatchObject({ minDepth: 1 }));
  it('must be numbers', () =>
    expect(() => checkEstimationConfig({ minDepth: NaN, maxDepth: 1 })).toThrow(
      'An estimation config with minDepth and maxDepth set must be provided.',
    ));
  it('must not be text', () =>
    expect(() => checkEstimationConfig({ minDepth: 'a' as never, maxDepth: 1 })).toThrow(
      'minDepth must be a number, not a.',
    ));
});
