// estimatePhoto has the same result for a photo as the command.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { openPage } from './support/browser.js';
import { nativeDepth } from './support/depth_files.js';
import { output, portrait } from './support/files.js';
import { project } from './support/server.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;

const command = process.env.PORTRAIT_DEPTH_COMMAND ?? join(project, 'bin/portrait-depth');

describe('estimatePhoto', () => {
  const session = useSession();
  let page: Page;
  const requested: string[] = [];

  beforeAll(async () => {
    ({ page } = await openPage(session.browser, `${session.origin}/pages/blank.html`));
    page.on('request', (request) => requested.push(request.url()));
  });

  /** The result for a photo; with a mask of the picture's middle if `masked`. */
  const estimate = (name: string, options: { anySubject?: boolean; masked?: boolean; inWorker?: boolean } = {}) =>
    page.evaluate(
      async ([file, { anySubject, masked, inWorker }]) => {
        const image = new Image();
        image.src = `/photos/${file}`;
        await image.decode();
        const api = inWorker === true ? portraitDepth.createWorkerClient() : portraitDepth;
        const estimator = await api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
        const { naturalWidth: width, naturalHeight: height } = image;
        const isMiddle = (index: number) => {
          const [x, y] = [index % width, Math.floor(index / width)];
          return x > width / 4 && x < (3 * width) / 4 && y > height / 4 && y < (3 * height) / 4;
        };
        const mask = masked && Float32Array.from({ length: width * height }, (_, index) => (isMiddle(index) ? 1 : 0));
        const depth = await estimator.estimatePhoto(image, {
          ...(anySubject !== undefined && { anySubject }),
          ...(mask && { mask }),
        });
        const values = Array.from(await depth.values());
        estimator.dispose();
        return { values, personFound: depth.personFound, faceFound: depth.faceFound };
      },
      [name, options] as const,
    );

  it('loads the face detector with the first photo only', async () => {
    await page.evaluate(async () => {
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      estimator.dispose();
    });
    const isDetector = (url: string) => url.endsWith('face_detection_full_range.onnx');
    expect(requested.some(isDetector)).toBe(false);
    expect(await estimate('astronaut.png')).toMatchObject({ personFound: true, faceFound: true });
    expect(requested.some(isDetector)).toBe(true);
  });

  it.skipIf(!existsSync(command))('agrees with the command, whose limits follow the person', async () => {
    const file = join(output, 'photo.pfm');
    execFileSync(command, ['depth', portrait, '-o', file, '--unit', 'relative', '--quiet']);
    const bytes = readFileSync(file);
    const size = 512 * 512;
    const rows = new Float32Array(bytes.buffer.slice(bytes.byteOffset + bytes.length - 4 * size));
    const { values } = await estimate('astronaut.png');
    let worst = 0;
    for (let y = 0; y < 512; ++y)
      for (let x = 0; x < 512; ++x) {
        const native = rows[(511 - y) * 512 + x]!; // PFM begins with the lowest row
        worst = Math.max(worst, Math.abs(values[y * 512 + x]! - (Number.isNaN(native) ? 0 : native)));
      }
    expect(Math.max(...values.slice(0, 100_000))).toBeGreaterThan(0.5);
    expect(worst).toBeLessThanOrEqual(4 / 255);
  });

  it('finds no face on a cat, unless any subject or a mask is given', async () => {
    const cat = await estimate('chelsea.png');
    expect(cat).toMatchObject({ personFound: false, faceFound: false });
    expect(cat.values.every((value) => value === 0)).toBe(true);
    const accepted = await estimate('chelsea.png', { anySubject: true });
    expect(accepted).toMatchObject({ personFound: true, faceFound: undefined });
    const masked = await estimate('chelsea.png', { masked: true });
    expect(masked).toMatchObject({ personFound: true, faceFound: undefined });
    const inside = masked.values.filter((value) => value > 0).length / masked.values.length;
    expect(inside).toBeCloseTo(0.25, 1);
  });

  it('works in a worker', async () => {
    expect(await estimate('astronaut.png', { inWorker: true })).toMatchObject({ personFound: true, faceFound: true });
    expect(await estimate('chelsea.png', { inWorker: true })).toMatchObject({ personFound: false, faceFound: false });
  });

  it('rejects a mask of another size', async () => {
    const message = await page.evaluate(async () => {
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const image = new ImageData(20, 30);
      return estimator.estimatePhoto(image, { mask: new Float32Array(9) }).catch((error: Error) => error.message);
    });
    expect(message).toBe('The mask has 9 values, the picture 20 x 30 pixels; pass one value per pixel.');
  });
});

describe("a photo's EXIF", () => {
  const session = useSession(() => ({ folders: { output, samples: join(project, 'samples') } }));
  const sample = join(project, 'samples/person-1.jpg'); // 576 x 768, without EXIF
  let page: Page;
  const requested: string[] = [];

  beforeAll(async () => {
    ({ page } = await openPage(session.browser, `${session.origin}/pages/blank.html`));
    page.on('request', (request) => requested.push(request.url()));
  });

  /** The sample with tags. */
  function tagged(name: string, ...tags: string[]): string {
    const file = join(output, name);
    rmSync(file, { force: true });
    copyFileSync(sample, file);
    execFileSync('exiftool', ['-q', '-overwrite_original', ...tags, file]);
    return file;
  }

  type Input = 'address' | 'URL' | 'Blob' | 'File' | 'image';
  /** The head's distance and the focal length of a photo at an address of the test's server. */
  const estimate = (path: string, input: Input = 'address', options: { inWorker?: boolean; fx?: number } = {}) =>
    page.evaluate(
      async ([address, kind, { inWorker, fx }]) => {
        const content = async () => (await fetch(address)).blob();
        const loaded = async () => {
          const image = Object.assign(new Image(), { src: address });
          await image.decode();
          return image;
        };
        const inputs = {
          address: async () => address,
          URL: async () => new URL(address, location.href),
          Blob: content,
          File: async () => new File([await content()], 'photo.jpg'),
          image: loaded,
        };
        const client = inWorker === true ? portraitDepth.createWorkerClient() : undefined;
        const estimator = await (client ?? portraitDepth).createEstimator(
          portraitDepth.SupportedModels.ARPortraitDepth,
        );
        const intrinsics = fx === undefined ? {} : { intrinsics: { fx, fy: fx, cx: 288, cy: 384 } };
        const depth = await estimator.estimatePhoto(await inputs[kind](), intrinsics);
        estimator.dispose();
        client?.terminate();
        return { distance: depth.headDistanceMetres, ...depth.intrinsics() };
      },
      [path, input, options] as const,
    );

  function byCommand(file: string): { distance: number; fx: number } {
    const out = join(output, 'exif.png');
    const report = JSON.parse(execFileSync(command, ['depth', file, '-o', out, '--json']).toString()) as {
      results: { head_distance_metres: number; focal_length_pixels: number }[];
    };
    const [{ head_distance_metres: distance, focal_length_pixels: fx }] = report.results as [
      (typeof report.results)[0],
    ];
    return { distance, fx };
  }

  const FOCAL_85 = (85 / 43.2666) * Math.hypot(576, 768);

  it('is read with the first photo from a file only', async () => {
    const isReader = (url: string) => url.endsWith('exifr.lite.mjs');
    await estimate('/samples/person-1.jpg', 'image');
    expect(requested.some(isReader)).toBe(false);
    await estimate('/samples/person-1.jpg', 'address');
    expect(requested.filter(isReader)).toHaveLength(1);
  });

  it('gives the camera of addresses, Blobs and Files, on the page and in a worker', async () => {
    tagged('85mm.jpg', '-FocalLengthIn35mmFormat=85');
    const plain = await estimate('/samples/person-1.jpg');
    for (const input of ['address', 'URL', 'Blob', 'File'] as const) {
      const { distance, ...camera } = await estimate('/output/85mm.jpg', input);
      expect(camera).toMatchObject({ cx: 288, cy: 384, width: 576, height: 768 });
      expect(camera.fx).toBeCloseTo(FOCAL_85, 1);
      expect(camera.fy).toBe(camera.fx);
      expect(distance).toBeGreaterThan(1.3 * plain.distance);
    }
    for (const input of ['address', 'Blob'] as const)
      expect((await estimate('/output/85mm.jpg', input, { inWorker: true })).fx).toBeCloseTo(FOCAL_85, 1);
    expect((await estimate('/output/85mm.jpg', 'image')).fx).toBeCloseTo(plain.fx, 1);
  });

  it("gives way to the caller's camera", async () => {
    tagged('85mm.jpg', '-FocalLengthIn35mmFormat=85');
    expect((await estimate('/output/85mm.jpg', 'address', { fx: 900 })).fx).toBe(900);
    expect((await estimate('/output/85mm.jpg', 'Blob', { fx: 900, inWorker: true })).fx).toBe(900);
  });

  const sensor = ['-FocalLength=50', '-FocalPlaneXResolution=800', '-FocalPlaneResolutionUnit=inches'];
  it.skipIf(!existsSync(command)).each<[string, string[]]>([
    ['a focal length in 35 mm', ['-FocalLengthIn35mmFormat=85']],
    ['a crop', ['-FocalLengthIn35mmFormat=50', '-ExifImageWidth=1000', '-ExifImageHeight=900']],
    [
      'a scaled photo, its size as the sensor lies',
      ['-FocalLengthIn35mmFormat=50', '-ExifImageWidth=1536', '-ExifImageHeight=1152'],
    ],
    ["the sensor's resolution", [...sensor, '-ExifImageWidth=576', '-ExifImageHeight=768']],
    [
      "the sensor's resolution in centimetres",
      [...sensor.slice(0, 2), '-FocalPlaneResolutionUnit=cm', '-ExifImageWidth=1152', '-ExifImageHeight=1536'],
    ],
    [
      'a focal length of 0, which is unknown',
      ['-FocalLengthIn35mmFormat=0', ...sensor, '-ExifImageWidth=576', '-ExifImageHeight=768'],
    ],
    ['a focal length beyond the limits', ['-FocalLengthIn35mmFormat=2001']],
    ['a turned photo', ['-FocalLengthIn35mmFormat=85', '-Orientation#=3']],
  ])('is used as by the command: %s', async (_, tags) => {
    const native = byCommand(tagged('rules.jpg', ...tags));
    const { distance, fx } = await estimate('/output/rules.jpg');
    expect(Math.abs(fx / native.fx - 1)).toBeLessThan(0.02);
    expect(Math.abs(distance / native.distance - 1)).toBeLessThan(0.02);
  });

  it.skipIf(!existsSync(command))("gives a phone's tilt, as for the command", async () => {
    const bytes = readFileSync(sample);
    const exif = readFileSync(join(project, 'tests/fuzz/corpus/exif/phone.exif'));
    const length = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
    writeFileSync(join(output, 'phone.jpg'), Buffer.concat([bytes.subarray(0, 2), length, exif, bytes.subarray(2)]));
    const metresOf = (address: string, cameraPitch: number | null = null) =>
      page.evaluate(
        async ([url, pitch]) => {
          const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
          const depth = await estimator.estimatePhoto(url, pitch === null ? {} : { cameraPitch: pitch });
          const metres = Array.from(await depth.metres());
          estimator.dispose();
          return metres;
        },
        [address, cameraPitch] as const,
      );
    const native = nativeDepth(join(output, 'phone.jpg')).values;
    const tilted = await metresOf('/output/phone.jpg');
    const level = await metresOf('/output/phone.jpg', 0);
    let [count, error, change] = [0, 0, 0];
    native.forEach((metres, at) => {
      if (!Number.isFinite(metres) || !Number.isFinite(tilted[at]!) || !Number.isFinite(level[at]!)) return;
      count += 1;
      error += Math.abs(tilted[at]! - metres);
      change += Math.abs(tilted[at]! - level[at]!);
    });
    expect(count).toBeGreaterThan(10_000);
    expect(error / count).toBeLessThan(0.2 * (change / count));
  });

  it('is read from AVIF', async () => {
    const file = join(output, '85mm.avif');
    const encoder = ['-c:v', 'libaom-av1', '-still-picture', '1', '-cpu-used', '6', '-crf', '20'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', sample, '-frames:v', '1', ...encoder, file]);
    execFileSync('exiftool', ['-q', '-overwrite_original', '-FocalLengthIn35mmFormat=85', file]);
    expect((await estimate('/output/85mm.avif')).fx).toBeCloseTo(FOCAL_85, 1);
  });

  it('counts as missing if it is damaged, and in PNG', async () => {
    const bytes = readFileSync(tagged('85mm.jpg', '-FocalLengthIn35mmFormat=85'));
    const start = bytes.indexOf('Exif\0\0') + 6;
    bytes.fill(0xff, start + 4, start + 8); // the address of the first directory
    writeFileSync(join(output, 'damaged.jpg'), bytes);
    const plain = await estimate('/samples/person-1.jpg');
    expect(await estimate('/output/damaged.jpg')).toEqual(plain);
    expect(await estimate('/photos/astronaut.png')).toEqual(await estimate('/photos/astronaut.png', 'image'));
  });
});
