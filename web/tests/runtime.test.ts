// What a page's surroundings change: threads where it is cross-origin isolated, the GPU where there is one, the network
// that the config names. The results stay.

import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { launch, openPage } from './support/browser.js';
import { startServer } from './support/server.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;

const LIMITS = { minDepth: 0.2, maxDepth: 0.9 };

const session = useSession();

/** A blank page, and the names of the package's files that it asks for. */
async function openBlank(origin: string, inBrowser = session.browser) {
  const { page, complaints } = await openPage(inBrowser, `${origin}/pages/blank.html`);
  const files: string[] = [];
  page.on('request', (request) => files.push(request.url().split('/').at(-1)!));
  return { page, complaints, files };
}

describe('threads', () => {
  /** Digests of what the core makes of one photo, two builds at once. The networks have one thread: theirs change bits. */
  async function results(page: Page) {
    return page.evaluate(async (limits) => {
      const { cameraPresets, createEstimator, createPhoto3D, SupportedModels } = portraitDepth;
      Object.defineProperty(navigator, 'hardwareConcurrency', { value: 3 });
      await cameraPresets(); // loads the core, with the threads that it takes by itself
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const estimator = await createEstimator(SupportedModels.ARPortraitDepth, { threads: 1 });
      const depth = await estimator.estimateDepth(image, limits);
      const [photo, flat] = await Promise.all([
        createPhoto3D(image, depth),
        createPhoto3D(image, depth, { strength: 0 }),
      ]);
      const [, pose] = await photo.cameraPath({ preset: 'orbit' });
      const size = { width: 400, height: 300 };
      const film = { height: 90, durationSeconds: 0.5, framesPerSecond: 10 };
      const parts = {
        depth: depth.values() as Float32Array<ArrayBuffer>,
        mesh: (await photo.personMesh()).positions,
        fill: (await photo.backgroundTexture())!.data as Uint8ClampedArray<ArrayBuffer>,
        frame: (await photo.render(pose!, size)).data as Uint8ClampedArray<ArrayBuffer>,
        flatFrame: (await flat.render(pose!, size)).data as Uint8ClampedArray<ArrayBuffer>,
        gif: await (await photo.toGIF(film)).arrayBuffer(),
      };
      for (const each of [photo, flat, estimator]) each.dispose();
      const digests: Record<string, string> = {};
      for (const [name, bytes] of Object.entries(parts))
        digests[name] = String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
      return digests;
    }, LIMITS);
  }

  it('are used where the page is isolated, and change no bit', async () => {
    const plainServer = await startServer({ isolated: false });
    const plain = await openBlank(plainServer.origin);
    const isolated = await openBlank(session.origin);
    const alone = await results(plain.page);
    const together = await results(isolated.page);
    expect(plain.files).toContain('portrait_depth_core.wasm');
    expect(plain.files).not.toContain('portrait_depth_core_threads.wasm');
    expect(plain.page.workers()).toHaveLength(0);
    expect(isolated.files).toContain('portrait_depth_core_threads.wasm');
    expect(isolated.files).not.toContain('portrait_depth_core.wasm');
    expect(isolated.page.workers()).toHaveLength(2); // the page is the third
    expect(together).toEqual(alone);
    expect([...plain.complaints, ...isolated.complaints]).toEqual([]);
    for (const { page } of [plain, isolated]) await page.close();
    plainServer.close();
  });

  it('are left out when the config says so', async () => {
    const { page, files } = await openBlank(session.origin);
    await page.evaluate(() =>
      portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, { threads: 1 }),
    );
    expect(files).toContain('portrait_depth_core.wasm');
    expect(page.workers()).toHaveLength(0);
    await page.close();
  });
});

describe('the depth network', () => {
  it('is the one that the config names, as in the C++ registry', async () => {
    const { page, files } = await openBlank(session.origin);
    const { found, message } = await page.evaluate(async (limits) => {
      const { createEstimator, SupportedModels } = portraitDepth;
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const model = SupportedModels.ARPortraitDepth;
      const estimator = await createEstimator(model, { depthModel: 'ar_portrait_depth_fast' });
      const depth = await estimator.estimateDepth(image, limits);
      const unknown = { depthModel: 'mona' as Package.DepthModelName };
      return {
        found: depth.personFound,
        message: await createEstimator(model, unknown).catch((error: Error) => error.message),
      };
    }, LIMITS);
    expect(files).toContain('ar_portrait_depth_fast.onnx');
    expect(files).not.toContain('ar_portrait_depth.onnx');
    expect(found).toBe(true);
    expect(message).toBe('No depth model is named "mona"; known are ar_portrait_depth, ar_portrait_depth_fast.');
    await page.close();
  });
});

describe('WebGPU', async () => {
  const withGpu = await launch('--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader');
  const gpuServer = await startServer();
  afterAll(async () => {
    await withGpu.close();
    gpuServer.close();
  });
  const { page } = await openPage(withGpu, `${gpuServer.origin}/pages/blank.html`);
  const adapter = await page.evaluate(async () => {
    const { gpu } = navigator as unknown as { gpu?: { requestAdapter(): Promise<object | null> } };
    return (await gpu?.requestAdapter().catch(() => null)) ? 'there' : 'missing';
  });
  await page.close();

  it.skipIf(adapter === 'missing')(
    'agrees with WebAssembly to 2/255 (needs a WebGPU adapter; SwiftShader will do)',
    { timeout: 600_000 }, // software draws for seconds what takes a GPU milliseconds
    async () => {
      const { page: gpuPage, complaints, files } = await openBlank(gpuServer.origin, withGpu);
      const { difference, providers, found } = await gpuPage.evaluate(async (limits) => {
        const { createEstimator, SupportedModels } = portraitDepth;
        const image = new Image();
        image.src = '/photos/astronaut.png';
        await image.decode();
        const model = SupportedModels.ARPortraitDepth;
        const onGpu = await createEstimator(model, { executionProvider: 'webgpu' });
        const onCpu = await createEstimator(model); // software is no GPU to choose by itself
        const [a, b] = [await onGpu.estimateDepth(image, limits), await onCpu.estimateDepth(image, limits)];
        const known = b.values();
        return {
          difference: a.values().reduce((most, value, index) => Math.max(most, Math.abs(value - known[index]!)), 0),
          providers: [onGpu.executionProvider, onCpu.executionProvider],
          found: a.personFound,
        };
      }, LIMITS);
      console.log(`largest difference ${(difference * 255).toFixed(4)}/255`);
      expect(files).toContain('ort-wasm-simd-threaded.jspi.wasm');
      expect(providers).toEqual(['webgpu', 'wasm']);
      expect(found).toBe(true);
      expect(difference).toBeLessThanOrEqual(2 / 255);
      expect(complaints).toEqual([]);
      await gpuPage.close();
    },
  );

  it('that is asked for and not there is refused with the way out', async () => {
    const without = await launch('--disable-features=WebGPU', '--disable-gpu');
    const { page: plainPage } = await openPage(without, `${session.origin}/pages/blank.html`);
    const message = await plainPage.evaluate(async () => {
      Object.defineProperty(navigator, 'gpu', { value: undefined });
      const model = portraitDepth.SupportedModels.ARPortraitDepth;
      return portraitDepth
        .createEstimator(model, { executionProvider: 'webgpu' })
        .catch((error: Error) => error.message);
    });
    expect(message).toContain('This browser gives no WebGPU; leave `executionProvider` out');
    await without.close();
  });
});
