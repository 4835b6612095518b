// The effects of a page's environment and config: threads in a cross-origin isolated page, the GPU, the chosen network. The
// results stay.

import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { launch, openPage } from './support/browser.js';
import { startServer } from './support/server.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const tf: typeof TensorFlow;

const LIMITS = { minDepth: 0.2, maxDepth: 0.9 };

const session = useSession();

/** A blank page, and the names of the package's files that it requests. */
async function openBlank(origin: string, inBrowser = session.browser) {
  const { page, complaints } = await openPage(inBrowser, `${origin}/pages/blank.html`);
  const files: string[] = [];
  page.on('request', (request) => files.push(request.url().split('/').at(-1)!));
  return { page, complaints, files };
}

describe('threads', () => {
  /** Digests of the core's results for one photo, two builds at once. Networks use one thread, because more change bits. */
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
        createPhoto3D(image, depth, { relief: 0 }),
      ]);
      const [, pose] = await photo.cameraPath({ preset: 'orbit' });
      const size = { width: 400, height: 300 };
      const film = { height: 90, durationSeconds: 0.5, framesPerSecond: 10 };
      const parts = {
        depth: (await depth.values()) as Float32Array<ArrayBuffer>,
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

  it('are used in an isolated page, and change no bit', async () => {
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

  it('are not used with threads: 1 in the config', async () => {
    const { page, files } = await openBlank(session.origin);
    await page.evaluate(() =>
      portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, { threads: 1 }),
    );
    expect(files).toContain('portrait_depth_core.wasm');
    expect(page.workers()).toHaveLength(0);
    await page.close();
  });
});

describe("a page's own Content-Security-Policy", () => {
  it('without `worker-src blob:` leaves the core one thread', async () => {
    const page = await session.browser.newPage();
    await page.route('**/blank.html', async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers(), 'content-security-policy': "worker-src 'self'" };
      await route.fulfill({ response, headers });
    });
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await page.goto(`${session.origin}/pages/blank.html`);
    const presets = await page.evaluate(() =>
      Promise.race([
        portraitDepth.cameraPresets().then(({ length }) => length),
        new Promise<string>((resolve) => setTimeout(() => resolve('never'), 20_000)),
      ]),
    );
    expect(presets).toBeGreaterThan(0);
    expect(warnings).toContain(
      "The core runs on one thread, because the page's Content-Security-Policy lacks `worker-src blob:`.",
    );
    await page.close();
  });
});

describe('the core', () => {
  it('comes from the folder that cameraPresets gets, on the page and in the worker', async () => {
    const { page } = await openBlank(session.origin);
    const asked: string[] = [];
    await page.context().route('**/elsewhere/**', async (route) => {
      const url = route.request().url();
      asked.push(new URL(url).pathname);
      await route.fulfill({ response: await route.fetch({ url: url.replace('/elsewhere/', '/package/assets/') }) });
    });
    const counts = await page.evaluate(async () => {
      const config = { assetPath: '/elsewhere/' };
      const client = portraitDepth.createWorkerClient();
      return [(await portraitDepth.cameraPresets(config)).length, (await client.cameraPresets(config)).length];
    });
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBe(counts[0]);
    expect(asked.filter((path) => path === '/elsewhere/portrait_depth_core_threads.wasm')).toHaveLength(2);
    await page.close();
  });

  it.each([
    ['its WebAssembly is a page', '**/portrait_depth_core_threads.wasm', 200, 'unreadable', 'is not WebAssembly'],
    ['its script is not there', '**/portrait_depth_core_threads.mjs', 404, 'not_found', 'could not be loaded from'],
  ])('says what to do where %s', async (_, files, status, code, text) => {
    const { page } = await openBlank(session.origin);
    await page.route(files, (route) => route.fulfill({ status, contentType: 'text/html', body: '<!doctype html>' }));
    const error = await page.evaluate(() =>
      portraitDepth.cameraPresets().then(
        () => undefined,
        ({ name, code, message }: Package.PortraitDepthError) => ({ name, code, message }),
      ),
    );
    expect(error).toMatchObject({ name: 'PortraitDepthError', code });
    expect(error!.message).toContain(text);
    expect(error!.message).toContain('check the URLs in the config');
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
    expect(message).toBe('The depth model "mona" is unknown; choose one of ar_portrait_depth, ar_portrait_depth_fast.');
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
    'agrees with WebAssembly to 2/255, and keeps the depth on the GPU (needs an adapter; SwiftShader will do)',
    { timeout: 600_000 }, // drawing takes seconds in software and milliseconds on a GPU
    async () => {
      const { page: gpuPage, complaints, files } = await openBlank(gpuServer.origin, withGpu);
      for (const name of ['tfjs-core/dist/tf-core.min.js', 'tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js'])
        await gpuPage.addScriptTag({ url: `/tensorflow/${name}` });
      const facts = await gpuPage.evaluate(async (limits) => {
        const { createEstimator, SupportedModels } = portraitDepth;
        const image = new Image();
        image.src = '/photos/astronaut.png';
        await image.decode();
        const fetches: number[] = []; // bytes that leave the GPU, fetch by fetch
        const { mapAsync } = GPUBuffer.prototype;
        GPUBuffer.prototype.mapAsync = function (...given) {
          fetches.push(this.size);
          return mapAsync.apply(this, given);
        };
        const model = SupportedModels.ARPortraitDepth;
        const most = (a: Float32Array, b: Float32Array) =>
          a.reduce((sum, value, index) => Math.max(sum, Math.abs(value - b[index]!)), 0);
        const camera = { fx: 700, fy: 700, cx: 250, cy: 260 };
        await tf.setBackend('webgpu');
        const gpuDevice = (tf.backend() as unknown as { device: GPUDevice }).device;
        const compared = [];
        const messages = [];
        const disposedWhileRead = [];
        for (const [depthModel, config, wish] of [
          ['ar_portrait_depth', limits, { executionProvider: 'webgpu' }],
          ['ar_portrait_depth_fast', { ...limits, flipHorizontal: true, intrinsics: camera }, { gpuDevice }],
        ] as const) {
          const onGpu = await createEstimator(model, { depthModel, ...wish });
          const onCpu = await createEstimator(model, { depthModel }); // software is no GPU to choose by itself
          fetches.length = 0;
          const [a, b] = [await onGpu.estimateDepth(image, config), await onCpu.estimateDepth(image, config)];
          const unread = depthModel === 'ar_portrait_depth_fast' ? await onGpu.estimateDepth(image, config) : undefined;
          const hasty = depthModel === 'ar_portrait_depth_fast' ? await onGpu.estimateDepth(image, config) : undefined;
          for (const each of [onGpu, onCpu, unread]) each?.dispose();
          if (unread !== undefined)
            for (const read of [unread.values(), unread.toTensor()])
              messages.push(await (read as Promise<unknown>).catch((error: Error) => error.message));
          const tensor = 'gpuDevice' in wish ? await a.toTensor() : undefined;
          const waiting = [...fetches];
          const types = [a.getUnderlyingType(), b.getUnderlyingType()];
          const size = (a.gpuBuffer() as GPUBuffer).size;
          const [metres, known] = [await a.metres(), await b.metres()];
          compared.push({
            providers: [onGpu.executionProvider, onCpu.executionProvider],
            types,
            size,
            waiting: Math.max(...waiting),
            asked: fetches.slice(waiting.length),
            values: most(await a.values(), await b.values()),
            metres: metres.reduce((sum, z, at) => Math.max(sum, Math.abs((z || 0) - (known[at]! || 0)) / (z || 1)), 0),
            surface: metres.every((z, pixel) => Number.isNaN(z) === Number.isNaN(known[pixel]!)),
            mask: most(a.mask(), b.mask()),
            tensor: tensor && most((await tensor.data()) as Float32Array, await a.values()),
            cameras: [a.intrinsics(), b.intrinsics()],
            head: a.headDistanceMetres / b.headDistanceMetres,
          });
          a.dispose();
          if (hasty === undefined) continue;
          const reading = hasty.values();
          hasty.dispose();
          disposedWhileRead.push(most(await reading, await a.values()));
        }
        return { compared, messages, disposedWhileRead };
      }, LIMITS);
      console.log(
        `largest differences ${facts.compared.map(({ values }) => (values * 255).toFixed(4)).join(' and ')} of 255`,
      );
      const pixels = 512 * 512;
      for (const each of facts.compared) {
        expect(each.types).toEqual(['tensor', 'array']);
        expect(each.size).toBe(4 * pixels);
        expect(each.waiting).toBeLessThan(4 * 256 * 256 + 1); // masks and numbers, no depth
        expect(each.asked).toEqual([8 * pixels]); // both planes at once, once
        expect(each.values).toBeLessThanOrEqual(2 / 255);
        expect(each.metres).toBeLessThan(0.01);
        expect(each.surface).toBe(true);
        expect(each.mask).toBeLessThan(0.01);
        expect(each.tensor ?? 0).toBe(0);
        // The prior takes the network's crop width, which GPU and CPU round differently.
        const [gpu, cpu] = each.cameras;
        for (const name of ['fx', 'fy', 'cx', 'cy', 'width', 'height'] as const)
          expect(gpu![name]! / cpu![name]!, name).toBeCloseTo(1, 4);
        expect(each.head).toBeCloseTo(1, 3);
        expect(each.providers).toEqual(['webgpu', 'wasm']);
      }
      expect(facts.messages).toEqual(Array(2).fill('This depth map was disposed of; estimate the depth again.'));
      expect(facts.disposedWhileRead).toEqual([0]);
      expect(files).toContain('ort-wasm-simd-threaded.jspi.wasm');
      expect(complaints).toEqual([]);
      await gpuPage.close();
    },
  );

  it.skipIf(adapter === 'missing')(
    'that is lost is reported, and a new estimator has a new one',
    { timeout: 600_000 },
    async () => {
      const { page: gpuPage } = await openBlank(gpuServer.origin, withGpu);
      const { error, found } = await gpuPage.evaluate(async (limits) => {
        const { createEstimator, SupportedModels } = portraitDepth;
        const config = {
          executionProvider: 'webgpu',
          depthModel: 'ar_portrait_depth_fast',
          segmentation: false,
        } as const;
        const picture = new ImageData(48, 64);
        const gpuDevice = await (await navigator.gpu.requestAdapter())!.requestDevice();
        const lost = await createEstimator(SupportedModels.ARPortraitDepth, { ...config, gpuDevice });
        gpuDevice.destroy();
        await gpuDevice.lost;
        const error = await lost.estimateDepth(picture, limits).then(
          () => undefined,
          ({ code, message, cause }: Package.PortraitDepthError) => ({ code, message, cause: cause !== undefined }),
        );
        const fresh = await createEstimator(SupportedModels.ARPortraitDepth, config);
        return { error, found: (await fresh.estimateDepth(picture, limits)).personFound };
      }, LIMITS);
      expect(error).toEqual({
        code: 'unreadable',
        message: 'The depth network could not be run; create a new estimator.',
        cause: true,
      });
      expect(found).toBe(true);
      await gpuPage.close();
    },
  );

  it('that is requested and missing is rejected with the action', async () => {
    const without = await launch('--disable-features=WebGPU', '--disable-gpu');
    const { page: plainPage } = await openPage(without, `${session.origin}/pages/blank.html`);
    const message = await plainPage.evaluate(async () => {
      Object.defineProperty(navigator, 'gpu', { value: undefined });
      const model = portraitDepth.SupportedModels.ARPortraitDepth;
      return portraitDepth
        .createEstimator(model, { executionProvider: 'webgpu' })
        .catch((error: Error) => error.message);
    });
    expect(message).toContain('This browser has no WebGPU; remove `executionProvider`');
    await without.close();
  });
});
