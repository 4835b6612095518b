// The worker client: its results and errors are those of the page's own functions, and each call settles.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { startServer } from './support/server.js';
import { openPicture, useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const picture: HTMLCanvasElement;
declare const client: Package.WorkerClient;
declare const estimator: Package.DepthEstimator;
declare const depth: Package.DepthMap;
/** How a promise ends: `CODE: MESSAGE` of its error; not at all within ten seconds: `never`. */
declare function ending(work: Promise<unknown>): Promise<string>;

const session = useSession();
let page: Page;
let complaints: string[];

beforeAll(async () => {
  ({ page, complaints } = await openPicture(session));
  await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 192, height: 256 });
    canvas.getContext('2d')!.drawImage(picture, 0, 0, 192, 256);
    const worker = portraitDepth.createWorkerClient();
    const network = await worker.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
    const ending = (work: Promise<unknown>) =>
      Promise.race([
        work.then(
          () => 'done',
          (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
        ),
        new Promise((resolve) => setTimeout(() => resolve('never'), 10_000)),
      ]);
    const map = await network.estimateDepth(canvas, { minDepth: 0.2, maxDepth: 0.9 });
    Object.assign(window, { picture: canvas, client: worker, estimator: network, depth: map, ending });
  });
});

describe('a disposed object', () => {
  it('rejects pending and later calls', async () => {
    const endings = await page.evaluate(async () => {
      const photo = await client.createPhoto3D(picture, depth);
      const work = [photo.toGIF({ height: 64 }), photo.toGLB(), photo.cameraPath()];
      photo.dispose();
      return Promise.all([...work, photo.personMesh()].map(ending));
    });
    expect(endings).toEqual(Array(4).fill('invalid_argument: This 3D photo was disposed of; create a new one.'));
  });

  it('is an estimator as well', async () => {
    const endings = await page.evaluate(async () => {
      const other = await client.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const work = other.estimateDepth(picture, { minDepth: 0, maxDepth: 1 });
      other.dispose();
      return Promise.all([work, other.estimateDepth(picture, { minDepth: 0, maxDepth: 1 })].map(ending));
    });
    expect(endings).toEqual(Array(2).fill('invalid_argument: This estimator was disposed of; create a new one.'));
  });
});

describe('wrong options', () => {
  it('are rejected by name, as on the page', async () => {
    const endings = await page.evaluate(async () => {
      const none = null as never;
      const photo = await client.createPhoto3D(picture, depth);
      const work = [photo.cameraPath(none), photo.toGIF(none), photo.toGLB(none), photo.render(none)];
      const endings = await Promise.all([...work, client.createPhoto3D(picture, depth, none)].map(ending));
      photo.dispose();
      return endings;
    });
    const named = (name: string) => `invalid_argument: ${name} must be an object, not null.`;
    expect(endings).toEqual(['options', 'options', 'options', 'pose', 'options'].map(named));
  });
});

describe('a worker that ends', () => {
  it('rejects pending and later calls', async () => {
    const endings = await page.evaluate(async () => {
      const short = portraitDepth.createWorkerClient();
      const model = portraitDepth.SupportedModels.ARPortraitDepth;
      const network = await short.createEstimator(model);
      const map = await network.estimateDepth(picture, { minDepth: 0, maxDepth: 1 });
      const photo = await short.createPhoto3D(picture, map);
      const started = [photo.toGIF(), network.estimateDepth(picture, { minDepth: 0, maxDepth: 1 }), map.normals()];
      short.terminate();
      const later = [
        photo.cameraPath(),
        network.estimateDepth(picture, { minDepth: 0, maxDepth: 1 }),
        map.normals(),
        short.createEstimator(model),
        short.createSegmenter(),
        short.createPhoto3D(picture, map),
        short.cameraPresets(),
      ];
      return Promise.all([...started, ...later].map(ending));
    });
    expect(endings).toEqual(Array(10).fill('stopped: The worker was ended; create a new client.'));
  });

  it('rejects with the reason if it could not start, or failed later', async () => {
    const [missing, failed, after] = await page.evaluate(async () => {
      const none = portraitDepth.createWorkerClient({ workerUrl: '/package/none.js' });
      const url = '/pages/failing_worker.js';
      const failing = portraitDepth.createWorkerClient({ workerUrl: url });
      await failing.cameraPresets();
      const long = failing.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, {
        depthModelUrl: '/pages/blank.html?fail',
      });
      return [await ending(none.cameraPresets()), await ending(long), await ending(failing.cameraPresets())];
    });
    expect(missing).toMatch(/^not_found: The worker could not be started/);
    expect(failed).toMatch(/^stopped: The worker failed; create a new client/);
    expect(after).toBe(failed);
  });
});

describe('long work', () => {
  it('stops by the signal as on the page', async () => {
    const endings = await page.evaluate(async () => {
      const results: string[] = [];
      for (const create of [portraitDepth.createPhoto3D, client.createPhoto3D]) {
        results.push(await ending(create(picture, depth, { signal: AbortSignal.abort() })));
        const controller = new AbortController();
        const { signal } = controller;
        results.push(await ending(create(picture, depth, { signal, onProgress: () => controller.abort() })));
        const photo = await create(picture, depth);
        const stop = new AbortController();
        results.push(await ending(photo.toGIF({ signal: stop.signal, onProgress: () => stop.abort() })));
        results.push(await ending(photo.cameraPath()));
        photo.dispose();
      }
      return results;
    });
    const one = ['stopped', 'stopped', 'stopped', 'done'];
    expect(endings.map((text) => text.split(':')[0])).toEqual([...one, ...one]);
  });

  it('rejects with the error that onProgress throws, as on the page', async () => {
    const endings = await page.evaluate(async () => {
      const onProgress = () => {
        throw new Error('mine');
      };
      const results: string[] = [];
      for (const create of [portraitDepth.createPhoto3D, client.createPhoto3D]) {
        results.push(await ending(create(picture, depth, { onProgress })));
        const photo = await create(picture, depth);
        results.push(await ending(photo.toGIF({ height: 64, onProgress })));
        photo.dispose();
      }
      return results;
    });
    expect(endings).toEqual(Array(4).fill('undefined: mine'));
  });

  it('reports its progress to the end', async () => {
    const seen = await page.evaluate(async () => {
      const fractions: number[] = [];
      const photo = await client.createPhoto3D(picture, depth, { onProgress: (fraction) => fractions.push(fraction) });
      photo.dispose();
      return fractions;
    });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('a 3D photo', () => {
  it('accepts the options of a film for its path and frames too', async () => {
    const sizes = await page.evaluate(async () => {
      const photo = await client.createPhoto3D(picture, depth);
      const film = {
        height: 64,
        durationSeconds: 0.5,
        onProgress: () => undefined,
        signal: new AbortController().signal,
      };
      const path = await photo.cameraPath(film);
      const frame = await photo.render(path[0]!, film);
      photo.dispose();
      return [path.length, frame.height];
    });
    expect(sizes[0]).toBeGreaterThan(1);
    expect(sizes[1]).toBe(64);
  });

  it("rejects a picture of another size than its depth map's, as on the page", async () => {
    const endings = await page.evaluate(async () => {
      const results: string[] = [];
      for (const [width, height] of [
        [256, 192],
        [512, 512],
      ] as const)
        for (const create of [portraitDepth.createPhoto3D, client.createPhoto3D])
          results.push(await ending(create(new ImageData(width, height), depth)));
      return results;
    });
    const refused = (size: string) =>
      `invalid_argument: The image is ${size}, its depth map 192 x 256; pass both in the same size.`;
    expect(endings).toEqual(['256 x 192', '256 x 192', '512 x 512', '512 x 512'].map(refused));
  });
});

describe('wrong input', () => {
  it('is rejected by its kind, on the page and in the worker', async () => {
    const [here, there] = await page.evaluate(async () => {
      const model = portraitDepth.SupportedModels.ARPortraitDepth;
      const closed = await createImageBitmap(picture);
      closed.close();
      const frame = new VideoFrame(picture, { timestamp: 0 });
      frame.close();
      const inputs = [
        ...[new File([], 'a.jpg'), {}, document.createElement('div'), [1, 2], 5, 'a.jpg', closed, frame],
        ...[new Float32Array(4), new DataView(new ArrayBuffer(16))].map((data) => ({ data, width: 2, height: 2 })),
        { data: new Uint8ClampedArray(12), width: 2, height: 2 },
        new ImageData(2, 2, { pixelFormat: 'rgba-float16' } as ImageDataSettings),
      ];
      const results = [];
      for (const api of [portraitDepth, client]) {
        const each = await api.createEstimator(model, null as never);
        const segmenter = await api.createSegmenter(null as never);
        const told = [];
        for (const input of inputs as Package.PixelInput[]) {
          told.push(await ending(each.estimateDepth(input, { minDepth: 0, maxDepth: 1 })));
          if (told.at(-1) !== (await ending(segmenter.segmentPeople(input)))) told.push('segmenter differs');
        }
        for (const map of [null, {}]) told.push(await ending(api.createPhoto3D(picture, map as never)));
        const photo = await api.createPhoto3D(picture, depth);
        told.push(await ending(photo.toWebM({ quality: NaN })));
        photo.dispose();
        told.push(await ending(api.createEstimator(model, { executionProvider: 'foo' as never })));
        const other = await api.createEstimator(model, { depthModelUrl: '/package/assets/selfie_segmentation.onnx' });
        told.push(await ending(other.estimateDepth(picture, { minDepth: 0, maxDepth: 1 })));
        results.push(told);
      }
      return results;
    });
    const needed = (input: string) =>
      `invalid_argument: An image, canvas, video, ImageData, ImageBitmap, VideoFrame, Blob, address or tensor is needed, not ${input}.`;
    const refused = (data: string) =>
      `invalid_argument: An ImageData of width x height x 4 bytes is needed, not ${data}; draw it on a canvas and pass that.`;
    expect(here).toEqual([
      'unreadable: a.jpg could not be decoded; choose a picture in a format of this browser, for example JPEG or PNG.',
      ...['Object', 'HTMLDivElement', 'Array'].map((kind) => needed(`an object of kind ${kind}`)),
      needed('5'),
      'not_found: The image could not be loaded from a.jpg (status 404); check its address.',
      'invalid_argument: The ImageBitmap was closed; pass one that is still open.',
      'invalid_argument: The VideoFrame was closed; pass one that is still open.',
      ...['16 bytes in a Float32Array', '16 bytes in a DataView', '12 bytes in a Uint8ClampedArray'].map(refused),
      refused('32 bytes in a Float16Array'),
      ...Array(2).fill('invalid_argument: A depth map is needed; pass the result of estimateDepth.'),
      'invalid_argument: The quality of a WebM film is 0 to 1, not NaN.',
      'invalid_argument: The execution provider "foo" is unknown; choose one of webgpu, wasm.',
      'unreadable: The depth network does not accept float32 of 1 x 4 x 256 x 192; check the URL of the network.',
    ]);
    expect(there).toEqual(here);
  });
});

describe('a picture of another site', () => {
  it('is rejected with the action, on the page and in the worker', async () => {
    const other = await startServer({ isolated: false });
    const page = await session.browser.newPage();
    // Without isolation, because the browser rejects the whole picture in an isolated page.
    await page.goto(`${other.origin}/pages/blank.html`);
    const endings = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = new OffscreenCanvas(64, 64);
      canvas.getContext('2d')!.drawImage(image, 0, 0);
      const worker = portraitDepth.createWorkerClient();
      const results: string[] = [];
      for (const api of [portraitDepth, worker]) {
        const segmenter = await api.createSegmenter();
        for (const input of [image, canvas])
          results.push(
            await segmenter.segmentPeople(input).then(
              () => 'done',
              ({ code, message }: Package.PortraitDepthError) => `${code}: ${message}`,
            ),
          );
      }
      worker.terminate();
      return results;
    }, `${session.origin}/photos/astronaut.png`);
    expect(endings).toEqual(
      Array(4).fill(
        'unreadable: The image comes from another site without permission to read it; load it with crossOrigin="anonymous".',
      ),
    );
    await page.close();
    other.close();
  });
});

describe('the page', () => {
  it('reports no other error', () =>
    expect(complaints.filter((complaint) => !complaint.includes('404') && !complaint.includes('fails here'))).toEqual(
      [],
    ));
});
