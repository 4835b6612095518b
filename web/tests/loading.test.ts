// Loading: progress, cancellation, preloading, and networks that the browser keeps; on the page and in the worker.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { web } from './support/server.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
type Api = Pick<Package.WorkerClient, 'createEstimator' | 'createSegmenter' | 'cameraPresets' | 'preload'>;
/** The functions of the page, or of a worker. */
declare const api: Api;

const session = useSession();
let context: BrowserContext;
let page: Page;
/** Names of the files that the page or its worker requested from the server. */
let requested: string[];

const PLACES = ['on the page', 'in the worker'] as const;

async function openPage(place: (typeof PLACES)[number]): Promise<void> {
  page = await context.newPage();
  await page.goto(`${session.origin}/pages/blank.html`);
  await page.evaluate((inWorker) => {
    Object.assign(window, { api: inWorker ? portraitDepth.createWorkerClient() : portraitDepth });
  }, place === 'in the worker');
}

beforeEach(async () => {
  context = await session.browser.newContext();
  requested = [];
  context.on('request', (request) => requested.push(request.url().split('/').at(-1)!));
});
afterEach(() => context.close());

/** Holds requests until they are released; `failed` counts those that the page cancelled meanwhile. */
async function hold(files: string) {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  let held = 0;
  let failed = 0;
  context.on('requestfailed', (request) => {
    if (request.url().endsWith(files.replace('**/', ''))) ++failed;
  });
  await context.route(files, async (route) => {
    ++held;
    await released;
    await route.continue().catch(() => undefined); // the page may have cancelled the request
  });
  return { release, held: () => held, failed: () => failed };
}

describe.each(PLACES)('%s', (place) => {
  beforeEach(() => openPage(place));

  it('reports the bytes of each file', async () => {
    const progress = await page.evaluate(async () => {
      const seen: Package.LoadProgress[] = [];
      const onLoadProgress = (each: Package.LoadProgress) => seen.push({ ...each });
      await api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, { onLoadProgress });
      return seen;
    });
    const files = [...new Set(progress.map(({ file }) => file))].sort();
    expect(files).toEqual([
      'ar_portrait_depth.onnx',
      'ort-wasm-simd-threaded.wasm',
      'portrait_depth_core_threads.wasm',
      'selfie_segmentation.onnx',
    ]);
    for (const file of files) {
      const steps = progress.filter((each) => each.file === file);
      const size = statSync(join(web, 'dist/assets', file)).size;
      expect(steps.map(({ total }) => total)).toEqual(steps.map(() => size));
      const loaded = steps.map((each) => each.loaded);
      expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
      expect(loaded.at(-1)).toBe(size);
    }
    expect(progress.length).toBeGreaterThan(files.length);
  });

  it('goes on when onLoadProgress throws, and reports the error to the page', async () => {
    const { presets, messages } = await page.evaluate(async () => {
      const messages: string[] = [];
      addEventListener('error', (event) => messages.push(event.message));
      const onLoadProgress = () => {
        throw new Error('mine');
      };
      return { presets: (await api.cameraPresets({ onLoadProgress })).length, messages };
    });
    expect(presets).toBeGreaterThan(0);
    expect(new Set(messages)).toEqual(new Set(['Uncaught Error: mine']));
  });

  it('stops a load, ends its downloads, and loads again later', async () => {
    const network = await hold('**/ar_portrait_depth.onnx');
    const runtime = await hold('**/ort-wasm-simd-threaded.wasm');
    const aborted = page.evaluate(async () => {
      const controller = new AbortController();
      Object.assign(window, { controller });
      const model = portraitDepth.SupportedModels.ARPortraitDepth;
      return api.createEstimator(model, { signal: controller.signal }).then(
        () => 'loaded',
        ({ name, code }: Package.PortraitDepthError) => `${name} ${code}`,
      );
    });
    await expect.poll(() => network.held() + runtime.held()).toBe(2);
    await page.evaluate(() => (window as unknown as { controller: AbortController }).controller.abort());
    expect(await aborted).toBe('PortraitDepthError stopped');
    await expect.poll(() => [network.failed(), runtime.failed()]).toEqual([1, 1]);
    network.release();
    runtime.release();
    const found = await page.evaluate(async () => {
      const estimator = await api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      return (await estimator.estimateDepth('/photos/astronaut.png', { minDepth: 0, maxDepth: 1 })).personFound;
    });
    expect(found).toBe(true);
  });

  it('goes on with a shared file for the caller that did not stop', async () => {
    const core = await hold('**/portrait_depth_core_threads.wasm');
    const results = page.evaluate(async () => {
      const controller = new AbortController();
      Object.assign(window, { controller });
      const presets = (signal?: AbortSignal) =>
        api.cameraPresets({ signal }).then(
          ({ length }) => length > 0,
          ({ code }: Package.PortraitDepthError) => code,
        );
      return Promise.all([presets(controller.signal), presets()]);
    });
    await expect.poll(core.held).toBe(1);
    await page.evaluate(() => (window as unknown as { controller: AbortController }).controller.abort());
    core.release();
    expect(await results).toEqual(['stopped', true]);
    expect([core.held(), core.failed()]).toEqual([1, 0]);
  });

  it('uses a preloaded estimator once, and only for an equal config', async () => {
    await page.evaluate(() => api.preload({ depthModel: 'ar_portrait_depth_fast' }));
    expect(requested).toContain('ar_portrait_depth_fast.onnx');
    requested.length = 0;
    await page.evaluate(async () => {
      const model = portraitDepth.SupportedModels.ARPortraitDepth;
      const estimator = await api.createEstimator(model, { depthModel: 'ar_portrait_depth_fast' });
      const other = await api.createEstimator(model, { depthModel: 'ar_portrait_depth_fast' });
      other.dispose();
      const depth = await estimator.estimateDepth('/photos/astronaut.png', { minDepth: 0, maxDepth: 1 });
      if (!depth.personFound) throw new Error('The first estimator is broken.');
    });
    expect(requested).toEqual(['astronaut.png']); // the other one's networks are kept by the browser
    await page.evaluate(() => api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth));
    expect(requested).toContain('ar_portrait_depth.onnx');
  });

  it('stops an estimation, and does the next one', async () => {
    const endings = await page.evaluate(async () => {
      const estimator = await api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const limits = { minDepth: 0, maxDepth: 1 };
      const ending = (signal?: AbortSignal) =>
        estimator.estimateDepth('/photos/astronaut.png', { ...limits, signal }).then(
          ({ personFound }) => personFound,
          ({ name, code }: Package.PortraitDepthError) => `${name} ${code}`,
        );
      const controller = new AbortController();
      const work = [ending(), ending(controller.signal), ending()];
      controller.abort();
      return [...(await Promise.all(work)), await ending(AbortSignal.abort())];
    });
    expect(endings).toEqual([true, 'PortraitDepthError stopped', true, 'PortraitDepthError stopped']);
  });
});

describe('a network', () => {
  const estimate = () =>
    page.evaluate(async () => {
      const estimator = await api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const depth = await estimator.estimateDepth('/photos/astronaut.png', { minDepth: 0, maxDepth: 1 });
      return depth.personFound;
    });
  const networks = () => requested.filter((name) => name.endsWith('.onnx')).sort();

  it('is kept by the browser for the next page, and by its content', async () => {
    await openPage('on the page');
    await estimate();
    expect(networks()).toEqual(['ar_portrait_depth.onnx', 'selfie_segmentation.onnx']);
    await expect
      .poll(() => page.evaluate(async () => (await (await caches.open('portrait_depth_networks')).keys()).length))
      .toBe(2);
    requested.length = 0;
    await openPage('in the worker');
    expect(await estimate()).toBe(true);
    expect(networks()).toEqual([]);
    // Other bytes under the same key are not the network.
    await page.evaluate(async () => {
      const cache = await caches.open('portrait_depth_networks');
      for (const key of await cache.keys()) await cache.put(key, new Response('other bytes'));
      await cache.put(`${location.origin}/.portrait-depth/of-another-version`, new Response('old'));
    });
    await openPage('on the page');
    expect(await estimate()).toBe(true);
    expect(networks()).toEqual(['ar_portrait_depth.onnx', 'selfie_segmentation.onnx']);
    const sizes = () =>
      page.evaluate(async () => {
        const cache = await caches.open('portrait_depth_networks');
        const kept = await Promise.all(
          (await cache.keys()).map(async (key) => (await cache.match(key))!.arrayBuffer()),
        );
        return kept.map(({ byteLength }) => byteLength).sort((a, b) => a - b);
      });
    const expected = ['selfie_segmentation.onnx', 'ar_portrait_depth.onnx'].map(
      (name) => statSync(join(web, 'dist/assets', name)).size,
    );
    await expect.poll(sizes).toEqual(expected);
  });

  it('is loaded in a browser without storage', async () => {
    await context.addInitScript(() =>
      Object.defineProperty(globalThis, 'caches', {
        get: () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      }),
    );
    await openPage('on the page');
    expect(await estimate()).toBe(true);
  });
});
