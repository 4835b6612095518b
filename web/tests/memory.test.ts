// Whoever creates, estimates and disposes again and again ends with the memory that there was
// at the beginning. `make memory-web` goes 1,000 rounds; the tests go fewer.

import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const memories: Set<WebAssembly.Memory>;
declare const picture: ImageData;

const ROUNDS = Number(process.env.MEMORY_ROUNDS ?? 40);
/** Until caches are full and the machines' heaps have the size that they need. */
const WARM_UP = Math.max(10, ROUNDS / 10);
/** A 3D photo takes longer than depth; this often there is one. */
const PHOTO_EVERY = 10;

const session = useSession();

/** Before any script of the page: keeps every WebAssembly memory in sight. */
function watchMemories(): void {
  const seen = new Set<WebAssembly.Memory>();
  const { Memory, instantiate } = WebAssembly;
  const watched = function (descriptor: WebAssembly.MemoryDescriptor) {
    const memory = new Memory(descriptor);
    seen.add(memory);
    return memory;
  };
  watched.prototype = Memory.prototype;
  const look = (exports: WebAssembly.Exports) => {
    for (const value of Object.values(exports)) if (value instanceof Memory) seen.add(value);
  };
  Object.assign(WebAssembly, {
    Memory: watched,
    async instantiate(source: BufferSource | WebAssembly.Module, imports: WebAssembly.Imports) {
      const result = (await instantiate(source as BufferSource, imports)) as unknown as
        WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance;
      look('instance' in result ? result.instance.exports : result.exports);
      return result;
    },
  });
  Object.assign(globalThis, { memories: seen });
}

async function play(page: Page, rounds: number, first: number): Promise<void> {
  await page.evaluate(
    async ([count, start, photoEvery]) => {
      const { createEstimator, createPhoto3D, SupportedModels } = portraitDepth;
      for (let round = start; round < start + count; ++round) {
        const estimator = await createEstimator(SupportedModels.ARPortraitDepth, { threads: 2 });
        const depth = await estimator.estimateDepth(picture, { minDepth: 0.2, maxDepth: 0.9 });
        if (round % photoEvery === 0) {
          const photo = await createPhoto3D(picture, depth);
          const [pose] = await photo.cameraPath();
          await photo.render(pose!, { height: 120 });
          photo.dispose();
        }
        estimator.dispose();
      }
    },
    [rounds, first, PHOTO_EVERY] as const,
  );
}

interface Usage {
  /** Objects of the page's scripts, bytes. */
  script: number;
  /** Of every WebAssembly memory together, bytes. */
  webAssembly: number;
  /** Memories that there are: one of the core, one of the networks. */
  memories: number;
}

async function usage(page: Page, devtools: CDPSession): Promise<Usage> {
  for (let times = 0; times < 3; ++times) await devtools.send('HeapProfiler.collectGarbage');
  const heap = await devtools.send('Runtime.getHeapUsage');
  const { sum, count } = await page.evaluate(() => ({
    sum: [...memories].reduce((bytes, memory) => bytes + memory.buffer.byteLength, 0),
    count: memories.size,
  }));
  return { script: heap.usedSize, webAssembly: sum, memories: count };
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(2);

describe(`memory over ${ROUNDS} rounds`, () => {
  it('stays flat', { timeout: 60_000 + 20_000 * ROUNDS }, async () => {
    const context = await session.browser.newContext();
    await context.addInitScript(watchMemories);
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${session.origin}/pages/blank.html`);
    const devtools = await context.newCDPSession(page);
    await page.evaluate(async () => {
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const canvas = new OffscreenCanvas(192, 256);
      const drawing = canvas.getContext('2d')!;
      drawing.drawImage(image, 130, 0, 192, 256, 0, 0, 192, 256);
      Object.assign(window, { picture: drawing.getImageData(0, 0, 192, 256) });
    });
    await play(page, WARM_UP, 0);
    const warm = await usage(page, devtools);
    await play(page, ROUNDS - WARM_UP, WARM_UP);
    const end = await usage(page, devtools);
    console.log(
      `WebAssembly ${megabytes(warm.webAssembly)} -> ${megabytes(end.webAssembly)} MB,`,
      `script ${megabytes(warm.script)} -> ${megabytes(end.script)} MB`,
    );
    expect(warm.memories).toBe(2);
    expect(end.memories).toBe(2);
    expect(end.webAssembly).toBe(warm.webAssembly);
    expect(end.script - warm.script).toBeLessThan(2 ** 20);
    await context.close();
  });
});
