// Tests without a browser: limits, files, memory.

import { describe, expect, it, vi } from 'vitest';
import { Core } from '../src/core.js';
import type { CoreFunctions } from '../src/core_functions.js';
import { checkEstimationConfig } from '../src/estimation_config.js';
import { loadBytes } from '../src/file_loading.js';
import { ViewMotion } from '../src/view_motion.js';

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

describe('a file', () => {
  it('whose connection ends midway is reported as one that could not be loaded', async () => {
    const cut = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(3));
        controller.error(new TypeError('network error'));
      },
    });
    vi.stubGlobal('fetch', async () => new Response(cut));
    await expect(loadBytes({ url: 'https://a.b/c.onnx', name: 'The depth network' }, {})).rejects.toMatchObject({
      code: 'not_found',
      message:
        'The depth network could not be loaded from https://a.b/c.onnx; check the network connection, and that the server of the other origin sends Access-Control-Allow-Origin.',
    });
    vi.unstubAllGlobals();
  });
});

describe("the core's memory", () => {
  it('that is too small is reported as such after any earlier error', () => {
    const functions = { malloc: () => 0, pd_error_code: () => 0, pd_error_message: () => 0 };
    const core = new Core(functions as unknown as CoreFunctions, new WebAssembly.Memory({ initial: 1 }), 1);
    expect(() => core.lend([new Float32Array(4)], () => 0)).toThrow(
      'The browser has too little memory for this picture; pass a smaller one.',
    );
  });
});

describe('the movement of a view', () => {
  const pose = (x: number) => ({ position: [x, 0, 0], lookAt: [0, 0, 1], up: [0, -1, 0], zoom: 1 }) as const;
  const movement = { path: [pose(0), pose(1)], durationSeconds: 1, rightmost: pose(0.1) };
  const following = { follows: true, isSmooth: false };

  it('accepts a time before the last one: frames and draws between them have different clocks', () => {
    const motion = new ViewMotion(movement);
    const first = motion.step(1000, following);
    expect(motion.step(990, following)).toEqual(first);
    expect(motion.step(1040, following).pose.position[0]).toBeCloseTo(0.1); // 50 ms of a path of 1 s
  });

  it('turns to the visitor and returns to the path', () => {
    const motion = new ViewMotion(movement);
    motion.turn({ x: -1, y: 0 }, 0);
    expect(motion.step(10, following).pose.position[0]).toBeCloseTo(-0.1);
    expect(motion.step(4000, following).pose.position[0]).toBeCloseTo(0.2);
  });
});
