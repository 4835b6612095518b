// Rounds of create, estimate and dispose end with the memory of the beginning. `make memory-web` runs 1,000 rounds, the
// tests run fewer.

import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { web } from './support/server.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const memories: Set<WebAssembly.Memory>;
declare const picture: ImageData;
declare const api: Pick<Package.WorkerClient, 'createEstimator' | 'createPhoto3D'>;

const ROUNDS = Number(process.env.MEMORY_ROUNDS ?? 40);
/** Rounds until caches are full and heaps have their final size. */
const WARM_UP = Math.max(10, ROUNDS / 10);
/** A round with a 3D photo takes longer; each of this number has one. */
const PHOTO_EVERY = 10;

const session = useSession();

async function play(page: Page, rounds: number, first: number): Promise<void> {
  await page.evaluate(
    async ([count, start, photoEvery]) => {
      const { createEstimator, createPhoto3D } = api;
      for (let round = start; round < start + count; ++round) {
        const estimator = await createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, { threads: 2 });
        const depth = await estimator.estimateDepth(picture, { minDepth: 0.2, maxDepth: 0.9 });
        if (!depth.personFound) throw new Error('No person was found.');
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

type Send = (method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage') => Promise<{ usedSize: number }>;

/** A connection to the page's worker, for which Playwright has no session. */
async function devtoolsOfWorker(devtools: CDPSession): Promise<Send> {
  const attached = new Promise<string>((resolve) =>
    devtools.on('Target.attachedToTarget', ({ sessionId }) => resolve(sessionId)),
  );
  await devtools.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  const waiting = new Map<number, (result: { usedSize: number }) => void>();
  devtools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id: number; result: { usedSize: number } };
    waiting.get(id)?.(result);
  });
  let last = 0;
  return (method) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      void devtools.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id: last, method }) });
    });
}

interface Usage {
  /** Objects of the scripts, bytes. */
  script: number;
  /** Of every WebAssembly memory together, bytes. */
  webAssembly: number;
  /** The number of memories: one of the core, one of the networks. */
  memories: number;
}

async function usage(heaps: Send[], place: Pick<Page, 'evaluate'>): Promise<Usage> {
  let script = 0;
  for (const send of heaps) {
    for (let times = 0; times < 3; ++times) await send('HeapProfiler.collectGarbage');
    script += (await send('Runtime.getHeapUsage')).usedSize;
  }
  const { sum, count } = await place.evaluate(() => ({
    sum: [...memories].reduce((bytes, memory) => bytes + memory.buffer.byteLength, 0),
    count: memories.size,
  }));
  return { script, webAssembly: sum, memories: count };
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(2);

describe(`memory over ${ROUNDS} rounds`, () => {
  it.each(['on the page', 'by the worker client'])(
    'stays flat %s',
    { timeout: 60_000 + 20_000 * ROUNDS },
    async (way) => {
      const inWorker = way === 'by the worker client';
      const context = await session.browser.newContext();
      await context.addInitScript({ path: join(web, 'tests/pages/watch_memories.js') });
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      await page.goto(`${session.origin}/pages/blank.html`);
      await page.evaluate(async (byWorker) => {
        const image = new Image();
        image.src = '/photos/astronaut.png';
        await image.decode();
        const canvas = new OffscreenCanvas(192, 256);
        const drawing = canvas.getContext('2d')!;
        drawing.drawImage(image, 130, 0, 192, 256, 0, 0, 192, 256);
        const { createWorkerClient } = portraitDepth;
        Object.assign(window, {
          picture: drawing.getImageData(0, 0, 192, 256),
          api: byWorker ? createWorkerClient({ workerUrl: '/pages/watched_worker.js' }) : portraitDepth,
        });
      }, inWorker);
      await play(page, WARM_UP, 0);
      const devtools = await context.newCDPSession(page);
      const heaps: Send[] = [(method) => devtools.send(method) as Promise<{ usedSize: number }>];
      if (inWorker) heaps.push(await devtoolsOfWorker(devtools));
      const place = inWorker ? page.workers().find((worker) => worker.url().endsWith('watched_worker.js'))! : page;
      const warm = await usage(heaps, place);
      const half = Math.floor((ROUNDS - WARM_UP) / 2);
      await play(page, half, WARM_UP);
      const middle = await usage(heaps, place);
      await play(page, ROUNDS - WARM_UP - half, WARM_UP + half);
      const end = await usage(heaps, place);
      console.log(
        `WebAssembly ${[warm, middle, end].map((at) => megabytes(at.webAssembly)).join(' -> ')} MB,`,
        `script ${megabytes(warm.script)} -> ${megabytes(end.script)} MB ${way}`,
      );
      expect(warm.memories).toBe(2);
      expect(end.memories).toBe(2);
      // The order of threads decides the size of a heap, which may grow late; a leak grows it in both halves.
      const growths = [middle.webAssembly - warm.webAssembly, end.webAssembly - middle.webAssembly];
      expect(Math.min(...growths)).toBe(0);
      expect(end.script - warm.script).toBeLessThan(2 ** 20);
      await context.close();
    },
  );
});
