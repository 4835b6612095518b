// The API in a page, by script tag: the one of TensorFlow.js' depth-estimation, and its additions.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import type { SupportedModels } from '../src/index.js';
import { openPage } from './support/browser.js';
import { web } from './support/server.js';
import { openPicture, useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const depthEstimation: Pick<typeof Package, 'createEstimator' | 'SupportedModels'>;
declare const tf: { memory(): { numTensors: number } } & typeof import('@tensorflow/tfjs-core');
declare const depthMap: Package.DepthMap;
declare const estimator: Package.DepthEstimator;
declare const ready: Promise<void>;
declare const picture: HTMLImageElement;

const MISSING = 'An estimation config with minDepth and maxDepth set must be provided.';
const SWAPPED = 'minDepth must be <= maxDepth.';

const session = useSession();

describe("the page of the old API's README", () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openPage(session.browser, `${session.origin}/pages/readme.html`));
    await page.evaluate(() => ready);
  });
  afterAll(() => page.close());

  it('gives an array of rows of the image, near parts smaller, background 0', async () => {
    const rows = await page.evaluate(() => depthMap.toArray());
    expect(rows).toHaveLength(256);
    expect(rows[0]).toHaveLength(256);
    expect(rows[2]![2]).toBe(0); // background
    const face = rows[60]![112]!;
    expect(face).toBeGreaterThan(0.05);
    expect(face).toBeLessThan(1);
  });

  it('gives a tensor of shape height x width with the same values', async () => {
    const { shape, difference } = await page.evaluate(async () => {
      const tensor = await depthMap.toTensor();
      const [values, rows] = [await tensor.data(), await depthMap.toArray()];
      const result = {
        shape: tensor.shape,
        difference: rows.flat().reduce((most, value, index) => Math.max(most, Math.abs(value - values[index]!)), 0),
      };
      tensor.dispose();
      return result;
    });
    expect(shape).toEqual([256, 256]);
    expect(difference).toBe(0);
  });

  it('gives the same tensor on each call, and a new one after its disposal', async () => {
    const facts = await page.evaluate(async () => {
      const before = tf.memory().numTensors;
      const [first, second] = await Promise.all([depthMap.toTensor(), depthMap.toTensor()]);
      const third = await depthMap.toTensor();
      const made = tf.memory().numTensors - before;
      first.dispose();
      const [fourth, fifth] = await Promise.all([depthMap.toTensor(), depthMap.toTensor()]);
      const result = {
        same: [first === second, first === third, fourth === fifth],
        fresh: fourth !== first && !fourth.isDisposed,
        made,
      };
      fourth.dispose();
      return { ...result, left: tf.memory().numTensors - before };
    });
    expect(facts).toEqual({ same: [true, true, true], fresh: true, made: 1, left: 0 });
  });

  it('gives the same tensor of a mask on each call', async () => {
    const facts = await page.evaluate(async () => {
      const segmenter = await portraitDepth.createSegmenter();
      const [person] = await segmenter.segmentPeople(document.querySelector('img'));
      segmenter.dispose();
      const [first, second] = [await person!.mask.toTensor(), await person!.mask.toTensor()];
      const result = { same: first === second, shape: first.shape };
      first.dispose();
      return result;
    });
    expect(facts).toEqual({ same: true, shape: [256, 256, 4] });
  });

  it('gives a canvas with value x 255 in red, and nothing in green and blue', async () => {
    const worst = await page.evaluate(async () => {
      const canvas = (await depthMap.toCanvasImageSource()) as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, 256, 256);
      const values = (await depthMap.toArray()).flat();
      return values.reduce(
        (most, value, pixel) =>
          Math.max(
            most,
            Math.abs(data[4 * pixel]! - value * 255),
            data[4 * pixel + 1]!,
            data[4 * pixel + 2]!,
            255 - data[4 * pixel + 3]!,
          ),
        0,
      );
    });
    expect(worst).toBeLessThanOrEqual(0.5001);
  });

  it('names the underlying type', async () => {
    expect(await page.evaluate(() => depthMap.getUnderlyingType())).toBe('array');
  });

  it('accepts tensors, and keeps none', async () => {
    const { before, after, difference } = await page.evaluate(async () => {
      const input = tf.browser.fromPixels(document.querySelector('img')!);
      const count = tf.memory().numTensors;
      const map = await estimator.estimateDepth(input, { minDepth: 0, maxDepth: 1 });
      const known = await depthMap.values();
      return {
        before: count,
        after: tf.memory().numTensors,
        difference: (await map.values()).reduce(
          (most, value, index) => Math.max(most, Math.abs(value - known[index]!)),
          0,
        ),
      };
    });
    expect(after).toBe(before);
    expect(difference).toBe(0);
  });

  it.each([
    ['nothing', undefined],
    ['no limits', {}],
    ['one limit', { minDepth: 0 }],
  ])('refuses %s as config in the words of the API', async (_, config) => {
    const message = await page.evaluate(
      (given) =>
        estimator.estimateDepth(document.querySelector('img')!, given as never).catch((error) => error.message),
      config,
    );
    expect(message).toBe(MISSING);
  });

  it('rejects swapped limits with the message of the API', async () => {
    const message = await page.evaluate(() =>
      estimator
        .estimateDepth(document.querySelector('img')!, { minDepth: 1, maxDepth: 0.99 })
        .catch((error: Error) => error.message),
    );
    expect(message).toBe(SWAPPED);
  });

  it('resets on null, and returns null', async () => {
    expect(await page.evaluate(() => estimator.estimateDepth(null, { minDepth: 0, maxDepth: 1 }))).toBeNull();
  });

  it('rejects unknown models', async () => {
    const message = await page.evaluate(() =>
      depthEstimation.createEstimator('Mona' as unknown as SupportedModels).catch((error: Error) => error.message),
    );
    expect(message).toBe('Mona is not a supported model name.');
  });

  it('reports no error', () => expect(complaints).toEqual([]));
});

describe("the script tags of the package's README", () => {
  it('run unchanged', async () => {
    const readme = readFileSync(join(web, 'README.md'), 'utf8');
    const [, tags] = /```html\n([^]*?)```/.exec(readme)!;
    const { page, complaints } = await openPage(session.browser, `${session.origin}/pages/blank.html`);
    await page.setContent(
      tags!.replace('src="', 'src="/package/').replace(/<\/script>\s*$/, 'window.done = estimator;$&'),
    );
    await page.waitForFunction(() => 'done' in window, undefined, { timeout: 20_000 });
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('the package in a page', () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openPicture(session));
    await page.evaluate(async () => {
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      Object.assign(window, { estimator });
    });
  });
  afterAll(() => page.close());

  it('accepts every kind of picture, with the same result', async () => {
    const differences = await page.evaluate(async () => {
      const { width, height } = picture;
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      canvas.getContext('2d')!.drawImage(picture, 0, 0);
      const offscreen = new OffscreenCanvas(width, height);
      offscreen.getContext('2d')!.drawImage(picture, 0, 0);
      const inputs = {
        image: picture,
        imageData: canvas.getContext('2d')!.getImageData(0, 0, width, height),
        canvas,
        offscreen,
        bitmap: await createImageBitmap(picture),
        videoFrame: new VideoFrame(picture, { timestamp: 0 }),
      };
      const limits = { minDepth: 0.2, maxDepth: 0.9 };
      const known = await (await estimator.estimateDepth(inputs.image, limits)).values();
      const result: Record<string, number> = {};
      for (const [name, input] of Object.entries(inputs)) {
        const values = await (await estimator.estimateDepth(input, limits)).values();
        result[name] = values.reduce((most, value, index) => Math.max(most, Math.abs(value - known[index]!)), 0);
      }
      inputs.videoFrame.close();
      return result;
    });
    expect(Object.keys(differences)).toHaveLength(6);
    for (const difference of Object.values(differences)) expect(difference).toBeLessThan(1 / 255);
  });

  it('mirrors the result by flipHorizontal', async () => {
    const { difference, turned } = await page.evaluate(async () => {
      const limits = { minDepth: 0.2, maxDepth: 0.9 };
      const plain = await estimator.estimateDepth(picture, limits);
      const flipped = await estimator.estimateDepth(picture, { ...limits, flipHorizontal: true });
      const { width } = plain;
      const [a, b] = [await plain.values(), await flipped.values()];
      const mirror = (index: number) => index - (index % width) + width - 1 - (index % width);
      const mean = (of: (value: number, index: number) => number) =>
        a.reduce((sum, v, i) => sum + of(v, i), 0) / a.length;
      return {
        difference: mean((value, index) => Math.abs(value - b[mirror(index)]!)),
        turned: mean((value, index) => Math.abs(value - b[index]!)),
      };
    });
    expect(turned).toBeGreaterThan(0.02);
    expect(difference).toBeLessThan(0.01);
  });

  it('gives a picture and its mirror image the same depth by flip augmentation', async () => {
    const { one, both } = await page.evaluate(async () => {
      const { createEstimator, SupportedModels } = portraitDepth;
      const whole = await createEstimator(SupportedModels.ARPortraitDepth, { segmentation: false });
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext('2d')!;
      context.setTransform(-1, 0, 0, 1, picture.width, 0);
      context.drawImage(picture, 0, 0);
      const apart = async (flipAugmentation: boolean) => {
        const config = { minDepth: 0, maxDepth: 1, flipAugmentation };
        const straight = await (await whole.estimateDepth(picture, config)).values();
        const mirrored = await (await whole.estimateDepth(canvas, config)).values();
        const mirror = (index: number) => index + canvas.width - 1 - 2 * (index % canvas.width);
        return straight.reduce((most, value, index) => Math.max(most, Math.abs(value - mirrored[mirror(index)]!)), 0);
      };
      const found = { one: await apart(false), both: await apart(true) };
      whole.dispose();
      return found;
    });
    expect(one).toBeGreaterThan(2 / 255);
    expect(both).toBeLessThan(0.5 / 255);
  });

  it('puts the face in front of the hair at its sides, at plausible metres', async () => {
    const { nose, sides, head } = await page.evaluate(async () => {
      const map = await estimator.estimateDepth(picture, { minDepth: 0, maxDepth: 1 });
      const metres = await map.metres();
      const at = (x: number, y: number) => metres[y * map.width + x]!;
      return { nose: at(222, 127), sides: [at(172, 90), at(266, 85)], head: map.headDistanceMetres };
    });
    expect(head).toBeGreaterThan(0.3);
    expect(head).toBeLessThan(3);
    for (const side of sides) expect(nose).toBeLessThan(side);
  });

  it('gives unit normals where the person is', async () => {
    const { length, facing, outside } = await page.evaluate(async () => {
      const map = await estimator.estimateDepth(picture, { minDepth: 0, maxDepth: 1 });
      const normals = await map.normals();
      const at = (x: number, y: number) => [...normals.subarray(3 * (y * map.width + x), 3 * (y * map.width + x) + 3)];
      return { length: Math.hypot(...at(222, 100)), facing: at(222, 100)[2]!, outside: Math.hypot(...at(4, 4)) };
    });
    expect(length).toBeCloseTo(1, 3);
    expect(facing).toBeLessThan(-0.4);
    expect(outside).toBe(0);
  });

  it('finds no person in a picture without one, and returns background everywhere', async () => {
    const { found, most, segments } = await page.evaluate(async () => {
      const empty = new ImageData(320, 240);
      empty.data.fill(128);
      const map = await estimator.estimateDepth(empty, { minDepth: 0, maxDepth: 1 });
      const segmenter = await portraitDepth.createSegmenter();
      const people = await segmenter.segmentPeople(empty);
      segmenter.dispose();
      return {
        found: map.personFound,
        most: (await map.values()).reduce((a, b) => Math.max(a, b)),
        segments: people.length,
      };
    });
    expect(found).toBe(false);
    expect(most).toBe(0);
    expect(segments).toBe(0);
  });

  it('segments people on its own', async () => {
    const { label, coverage, box, inside, outside } = await page.evaluate(async () => {
      const segmenter = await portraitDepth.createSegmenter();
      const [person] = await segmenter.segmentPeople(picture);
      const image = await person!.mask.toImageData();
      segmenter.dispose();
      const red = (x: number, y: number) => image.data[4 * (y * image.width + x)]!;
      return {
        label: person!.maskValueToLabel(255),
        coverage: person!.coverage,
        box: person!.box,
        inside: red(222, 120),
        outside: red(5, 5),
      };
    });
    expect(label).toBe('person');
    expect(coverage).toBeGreaterThan(0.2);
    expect(coverage).toBeLessThan(0.9);
    expect(box.width).toBeGreaterThan(150);
    expect(inside).toBeGreaterThan(240);
    expect(outside).toBeLessThan(15);
  });

  it('rejects wrong inputs with the reason and the action', async () => {
    const messages = await page.evaluate(async () => {
      const limits = { minDepth: 0, maxDepth: 1 };
      const told = (input: unknown) =>
        estimator.estimateDepth(input as never, limits).then(
          () => 'no error',
          (error: Error) => error.message,
        );
      return [await told(document.createElement('video')), await told('portrait.jpg'), await told(new Image())];
    });
    expect(messages[0]).toBe('The image has no pixels yet; wait until it is loaded.');
    expect(messages[1]).toBe('The image could not be loaded from portrait.jpg (status 404); check its address.');
    expect(messages[2]).toBe('The image has no pixels yet; wait until it is loaded.');
  });

  it('works in a worker, with the same values', async () => {
    const { difference, found, normals } = await page.evaluate(async () => {
      const client = portraitDepth.createWorkerClient();
      const remote = await client.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const limits = { minDepth: 0.2, maxDepth: 0.9 };
      const here = await (await estimator.estimateDepth(picture, limits)).values();
      const there = await remote.estimateDepth(picture, limits);
      const result = {
        difference: (await there.values()).reduce(
          (most, value, index) => Math.max(most, Math.abs(value - here[index]!)),
          0,
        ),
        found: there.personFound,
        normals: (await there.normals()).length,
      };
      client.terminate();
      return result;
    });
    expect(found).toBe(true);
    expect(difference).toBeLessThan(1 / 255);
    expect(normals).toBe(512 * 512 * 3);
  });

  it('sends errors from the worker with their codes', async () => {
    const { message, code } = await page.evaluate(async () => {
      const client = portraitDepth.createWorkerClient();
      const error = await client
        .createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, {
          depthModelUrl: `${location.origin}/none.onnx`,
        })
        .then(
          () => new portraitDepth.PortraitDepthError('stopped', 'no error'),
          (thrown: Package.PortraitDepthError) => thrown,
        );
      client.terminate();
      return { message: error.message, code: error.code };
    });
    expect(code).toBe('not_found');
    expect(message).toContain('The depth network could not be loaded from');
  });

  it('reports errors on the page, and only there', async () => {
    const fresh = await openPage(session.browser, `${session.origin}/pages/blank.html`);
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    await fresh.page.route('**/portrait_depth_core*.wasm', async (route) => {
      await released; // the core arrives after the network has failed
      await route.continue();
    });
    const code = await fresh.page.evaluate(async () => {
      const unhandled: unknown[] = Object.assign(window, { unhandled: [] }).unhandled;
      addEventListener('unhandledrejection', ({ reason }) => unhandled.push(reason));
      const error = await portraitDepth
        .createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, {
          depthModelUrl: `${location.origin}/none.onnx`,
        })
        .catch((thrown: Package.PortraitDepthError) => thrown);
      return (error as Package.PortraitDepthError).code;
    });
    release();
    const unheard = await fresh.page.evaluate(async () => {
      await portraitDepth.cameraPresets(); // waits for the same core
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return (window as unknown as { unhandled: unknown[] }).unhandled.length;
    });
    await fresh.page.close();
    expect(code).toBe('not_found');
    expect(unheard).toBe(0);
  });

  it('reports only the missing file', () => {
    expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });
});
