// Depth that comes with a photo: inside the file, or the caller's own. The results are the command's.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { openPage } from './support/browser.js';
import { command, depthPhoto, hasCommand, nativeDepth, ownDepth, sensorPhoto } from './support/depth_files.js';
import { output, portrait } from './support/files.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;

type Source = Package.DepthSource;

/** What a page knows of a depth map. */
interface Facts {
  metres: Float32Array;
  depthSource: string;
  depthWarning: string | undefined;
  headDistanceMetres: number;
}

const session = useSession(() => ({ folders: { depths: output } }));
let page: Page;
beforeAll(async () => {
  ({ page } = await openPage(session.browser, `${session.origin}/pages/blank.html`));
});
afterAll(() => page?.close());

interface Way {
  depthSource?: Source;
  method?: 'estimatePhoto' | 'estimateDepth';
  inWorker?: boolean;
  headPass?: boolean;
}

/** Depth of a file among the outputs of the tests. */
async function depthOf(
  file: string,
  { depthSource, method = 'estimatePhoto', inWorker = false, headPass = true }: Way = {},
): Promise<Facts> {
  const facts = await page.evaluate(
    async ([name, source, call, worker, head]) => {
      const blob = await (await fetch(`/depths/${name}`)).blob();
      const photo = new File([blob], name);
      const api = worker ? portraitDepth.createWorkerClient() : portraitDepth;
      const estimator = await api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      try {
        const options = source === undefined ? {} : { depthSource: source };
        const limits = { minDepth: 0, maxDepth: 1, flipAugmentation: true };
        const depth =
          call === 'estimatePhoto'
            ? await estimator.estimatePhoto(photo, { ...options, headPass: head })
            : await estimator.estimateDepth(photo, { ...limits, ...options });
        const metres = new Uint8Array((await depth.metres()).buffer as ArrayBuffer);
        let text = '';
        for (let at = 0; at < metres.length; at += 0x8000)
          text += String.fromCharCode(...metres.subarray(at, at + 0x8000));
        const { depthSource: used, depthWarning, headDistanceMetres } = depth;
        return { metres: btoa(text), depthSource: used, depthWarning, headDistanceMetres };
      } finally {
        estimator.dispose();
        if ('terminate' in api) api.terminate();
      }
    },
    [basename(file), depthSource, method, inWorker, headPass] as const,
  );
  const bytes = Uint8Array.from(Buffer.from(facts.metres, 'base64'));
  return { ...facts, metres: new Float32Array(bytes.buffer) };
}

/** Differences of a depth map and the command's, whose files end where the mask is below 0.5. */
function differences(found: Float32Array, native: Float32Array) {
  expect(found).toHaveLength(native.length);
  let [most, sum, count, missing] = [0, 0, 0, 0];
  native.forEach((z, at) => {
    if (Number.isNaN(z)) return;
    ++count;
    if (Number.isNaN(found[at]!)) return ++missing;
    most = Math.max(most, Math.abs(z - found[at]!));
    sum += Math.abs(z - found[at]!);
  });
  expect(count).toBeGreaterThan(0.1 * native.length);
  return { most, mean: sum / count, missing };
}

/** The command's depth of a photo by a source. `depth --depth-source sensor` would write the map as it is. */
const nativeBy = (source: Source, file: string) =>
  source === 'sensor' ? nativeDepth(file, '--depth', file) : nativeDepth(file, '--depth-source', source);

describe.skipIf(!hasCommand)(`depth inside a JPEG (needs ${command})`, () => {
  describe.each(['gdepth', 'dynamic-depth'] as const)('%s', (form) => {
    let file: string;
    beforeAll(() => (file = depthPhoto(form)));

    it.each(['auto', 'fused', 'sensor', 'network'] as const)('has the result of the command by %s', async (source) => {
      const native = nativeBy(source, file);
      const found = await depthOf(file, { depthSource: source });
      const { most, mean, missing } = differences(found.metres, native.values);
      console.log(`${form} ${source}: largest ${most.toExponential(2)} m, mean ${mean.toExponential(2)} m`);
      expect(found.depthSource).toBe(source === 'auto' ? 'fused' : source);
      expect(found.depthWarning).toBeUndefined();
      expect(mean).toBeLessThan(1e-5);
      expect(most).toBeLessThan(1e-3);
      expect(missing).toBe(0);
    });
  });

  it('is far from the depth of the network alone', async () => {
    const file = depthPhoto('gdepth');
    const [fused, network] = [await depthOf(file), await depthOf(file, { depthSource: 'network' })];
    expect(differences(fused.metres, network.metres).mean).toBeGreaterThan(0.05);
    expect(fused.headDistanceMetres).toBeGreaterThan(1.1 * network.headDistanceMetres);
  });

  it('is used by estimateDepth of a File and in a worker too', async () => {
    const file = depthPhoto('dynamic-depth');
    const onPage = await depthOf(file);
    const inWorker = await depthOf(file, { inWorker: true });
    expect(inWorker.depthSource).toBe('fused');
    expect(differences(inWorker.metres, onPage.metres)).toEqual({ most: 0, mean: 0, missing: 0 });
    const plain = await depthOf(file, { method: 'estimateDepth' });
    expect(plain.depthSource).toBe('fused');
    const withoutHeadPass = await depthOf(file, { headPass: false });
    expect(differences(plain.metres, withoutHeadPass.metres).mean).toBeLessThan(1e-6);
    expect(differences(plain.metres, onPage.metres).mean).toBeGreaterThan(1e-5);
  });

  it('comes as a map of its own, in a worker too', async () => {
    const name = basename(depthPhoto('gdepth'));
    const facts = await page.evaluate(async (file) => {
      const blob = await (await fetch(`/depths/${file}`)).blob();
      const client = portraitDepth.createWorkerClient();
      const [here, there, none] = [
        await portraitDepth.readEmbeddedDepth(blob),
        await client.readEmbeddedDepth(`/depths/${file}`),
        await portraitDepth.readEmbeddedDepth('/photos/astronaut.png'),
      ];
      client.terminate();
      const { depth, ...rest } = here!;
      return {
        rest,
        same: depth.every((z, at) => Object.is(z, there!.depth[at])),
        least: Math.min(...depth.subarray(0, 10_000)),
        none,
      };
    }, name);
    expect(facts.rest).toMatchObject({ width: 512, height: 512, unit: 'metres', isMeasured: true });
    expect(facts.same).toBe(true);
    expect(facts.least).toBeGreaterThan(0.5);
    expect(facts.none).toBeNull();
  });

  it('that is damaged leads to the network with a reason, or to an error by its own name', async () => {
    const whole = readFileSync(depthPhoto('dynamic-depth'));
    const [at, end] = [whole.indexOf('DepthMap:Near="'), whole.indexOf('DepthMap:Far')];
    const damaged = Buffer.from(whole);
    damaged.fill(' ', at, end);
    writeFileSync(join(output, 'damaged.jpg'), damaged);
    const found = await depthOf('damaged.jpg');
    expect(found.depthSource).toBe('network');
    expect(found.depthWarning).toBe(
      "damaged.jpg: damaged: its depth lacks the range of distances. Get the file anew. The network's depth is used.",
    );
    await expect(depthOf('damaged.jpg', { depthSource: 'fused' })).rejects.toThrow('damaged.jpg: damaged');
    const cut = Buffer.concat([whole.subarray(0, whole.length - 4000), Buffer.alloc(4000)]);
    writeFileSync(join(output, 'cut.jpg'), cut);
    const other = await depthOf('cut.jpg');
    expect(other.depthWarning).toContain('cut.jpg: damaged: the depth inside cannot be decoded');
  });
});

describe.skipIf(!hasCommand || !existsSync(sensorPhoto('iphone-truedepth.jpg')))(
  "a phone's JPEG (needs shared/sensor/iphone-truedepth.jpg)",
  () => {
    it.each(['auto', 'sensor'] as const)('has the depth of the command by %s', async (source) => {
      const file = join(output, 'phone.jpg');
      writeFileSync(file, readFileSync(sensorPhoto('iphone-truedepth.jpg')));
      const native = nativeBy(source, file);
      const found = await depthOf(file, { depthSource: source });
      expect(found.depthSource).toBe(source === 'auto' ? 'fused' : source);
      expect(found.depthWarning).toBeUndefined();
      const { most, mean, missing } = differences(found.metres, native.values);
      console.log(`phone ${source}: largest ${most} m, mean ${mean} m`);
      expect(mean).toBeLessThan(1e-4);
      expect(missing).toBeLessThan(1e-4 * native.values.length);
    });
  },
);

describe('a HEIC', () => {
  it('that the browser does not decode is an error with the way out', async () => {
    const text = page.evaluate(async () => {
      const start = [0, 0, 0, 24, ...Array.from('ftypheic\0\0\0\0mif1heic', (letter) => letter.charCodeAt(0))];
      const file = new File([new Uint8Array(start)], 'portrait.heic');
      await portraitDepth
        .createEstimator(portraitDepth.SupportedModels.ARPortraitDepth)
        .then((e) => e.estimatePhoto(file));
    });
    await expect(text).rejects.toThrow(
      'portrait.heic: unsupported: this browser does not decode HEIC, nor the depth inside it. Use Safari, or convert the photo to JPEG; `portrait-depth photo3d` keeps the depth.',
    );
  });
});

describe('a depth map of the caller', () => {
  /** The error of estimatePhoto with a map of a function of the place, or its facts. */
  const estimated = (kind: string, map: Omit<Package.GivenDepth, 'depth'>, depthSource?: Source) =>
    page.evaluate(
      async ([name, rest, source]) => {
        const image = new Image();
        image.src = '/photos/astronaut.png';
        await image.decode();
        const { width, height } = rest;
        const valueOf: Record<string, (x: number, y: number) => number> = {
          zero: () => 0,
          nan: () => NaN,
          constant: () => 1.5,
          // A ball before a wall, as a person is before the background.
          ball: (x, y) => 1 + 0.4 * Math.min(1, Math.hypot(x - 0.45, (y - 0.4) / 1.3)),
        };
        const [, shape, factor = '1'] = /(\D+)(.*)/.exec(name)!;
        const depth = Float32Array.from({ length: width * height }, (_, at) => {
          const value = valueOf[shape!]!((at % width) / width, Math.floor(at / width) / height);
          return value * (Number(factor) || 1);
        });
        const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
        try {
          const options = source === undefined ? {} : { depthSource: source };
          const result = await estimator.estimatePhoto(image, { ...options, givenDepth: { ...rest, depth } });
          return `${result.depthSource} ${result.headDistanceMetres.toFixed(3)}`;
        } catch (error) {
          return `${(error as Package.PortraitDepthError).code}: ${(error as Error).message}`;
        } finally {
          estimator.dispose();
        }
      },
      [kind, map, depthSource] as const,
    );
  const square = { width: 256, height: 256 };

  it.each([
    ['zero', square, 'the depth map has no value: all are zero, NaN or infinite. Give another map.'],
    ['nan', square, 'the depth map has no value: all are zero, NaN or infinite. Give another map.'],
    ['constant', square, 'the depth map has one value everywhere. Give another map.'],
    [
      'ball',
      { width: 128, height: 256 },
      "the depth map has 128 x 256 pixels, another shape than the photo's 512 x 512. Make it from the whole photo.",
    ],
    ['ball1000', square, 'the depth map is not in metres: its head would be'],
  ])('of %s values is rejected by the core', async (kind, map, message) => {
    const text = await estimated(kind, map);
    expect(text.startsWith(`invalid_argument: ${message}`), text).toBe(true);
  });

  it('in metres sets the distance, and is used as it is', async () => {
    const text = await estimated('ball', square);
    const [source, head] = text.split(' ');
    expect(source).toBe('sensor');
    expect(Number(head)).toBeGreaterThan(0.9);
    expect(Number(head)).toBeLessThan(1.4);
    expect((await estimated('ball', square, 'fused')).split(' ')[0]).toBe('fused');
    expect((await estimated('ball', square, 'network')).split(' ')[0]).toBe('network');
  });

  it('of a wrong type is rejected before the core', async () => {
    const rejected = (givenDepth: unknown, options: object = {}) =>
      page.evaluate(
        async ([given, more]) => {
          const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
          const picture = new ImageData(8, 8);
          const map = given as { depth?: unknown };
          if (Array.isArray(map.depth)) map.depth = Float32Array.from(map.depth as number[]);
          return estimator.estimatePhoto(picture, { givenDepth: given as never, ...more }).then(
            () => 'no error',
            (error: Package.PortraitDepthError) => `${error.code}: ${error.message}`,
          );
        },
        [givenDepth, options] as const,
      );
    expect(await rejected({ depth: [1, 2, 3], width: 2, height: 2 })).toBe(
      'invalid_argument: The depth map has 3 values for 2 x 2 places; pass one value per place.',
    );
    expect(await rejected({ depth: 'a', width: 2, height: 2 })).toContain('must be a Float32Array');
    expect(await rejected({ depth: [1, 2, 3, 4], width: 2, height: 2, unit: 'feet' })).toBe(
      'invalid_argument: The unit "feet" is unknown; choose one of metres, relative, disparity.',
    );
    expect(await rejected({ depth: [1, 2, 3, 4], width: 2, height: 2 }, { depthSource: 'lidar' })).toContain(
      'The depth source "lidar" is unknown; choose one of auto, sensor, network, fused.',
    );
  });

  it('that is missing is an error for the sources that need one', async () => {
    const text = page.evaluate(async () => {
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      await estimator.estimatePhoto('/photos/astronaut.png', { depthSource: 'sensor' });
    });
    await expect(text).rejects.toThrow('no depth map is inside the photo and none is given.');
  });

  describe.skipIf(!hasCommand)(`by the command's rules (needs ${command})`, () => {
    it.each([
      ['metres', undefined],
      ['relative', undefined],
      ['relative', 'black'],
      ['disparity', 'white'],
    ] as const)('has the result of --depth with the unit %s, near %s', async (unit, near) => {
      const own = ownDepth();
      const options = [
        '--depth',
        own.file,
        '--depth-unit',
        unit,
        ...(near === undefined ? [] : ['--depth-near', near]),
      ];
      const native = nativeDepth(portrait, ...options);
      const text = await page.evaluate(
        async ([address, width, height, kind, side]) => {
          const bytes = await (await fetch(address)).arrayBuffer();
          const depth = new Float32Array(bytes.slice(bytes.byteLength - 4 * width * height));
          const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
          const given = { depth, width, height, unit: kind, ...(side !== undefined && { near: side }) };
          const map = await estimator.estimatePhoto('/photos/astronaut.png', { givenDepth: given });
          const reader = new FileReader();
          reader.readAsDataURL(new Blob([(await map.metres()) as Float32Array<ArrayBuffer>]));
          await new Promise((resolve) => reader.addEventListener('load', resolve));
          return (reader.result as string).split(',')[1]!;
        },
        [`/depths/${basename(own.file)}`, own.width, own.height, unit, near] as const,
      );
      const metres = new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
      const { most, mean } = differences(metres, native.values);
      console.log(`own ${unit} ${near}: largest ${most.toExponential(2)} m, mean ${mean.toExponential(2)} m`);
      expect(mean).toBeLessThan(1e-5);
      expect(most).toBeLessThan(1e-3);
    });
  });

  it.each(['page', 'worker'])('makes a 3D photo on the %s', async (where) => {
    const facts = await page.evaluate(async (thread) => {
      const [width, height] = [256, 256];
      const depth = Float32Array.from({ length: width * height }, (_, at) => {
        const [x, y] = [(at % width) / width, Math.floor(at / width) / height];
        return 2 + 0.4 * Math.min(1, Math.hypot(x - 0.45, (y - 0.4) / 1.3));
      });
      const api = thread === 'worker' ? portraitDepth.createWorkerClient() : portraitDepth;
      const unit = 'metres' as const;
      const photo = await api.createPhoto3D('/photos/astronaut.png', { depth, width, height, unit });
      const { positions } = await photo.personMesh();
      let [near, far] = [Infinity, 0];
      for (let at = 2; at < positions.length; at += 3) {
        near = Math.min(near, positions[at]!);
        far = Math.max(far, positions[at]!);
      }
      const wrong = await api
        .createPhoto3D('/photos/astronaut.png', { depth: new Float32Array(width * height), width, height, unit })
        .then(String, (error: Package.PortraitDepthError) => `${error.code}: ${error.message}`);
      photo.dispose();
      if ('terminate' in api) api.terminate();
      return { near, far, width: photo.width, wrong };
    }, where);
    expect(facts.width).toBe(512);
    expect(facts.near).toBeGreaterThan(1.9);
    expect(facts.far).toBeLessThan(2.6);
    expect(facts.wrong).toBe(
      'invalid_argument: the depth map has no value: all are zero, NaN or infinite. Give another map.',
    );
  });
});
