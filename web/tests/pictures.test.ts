// Pictures from addresses and files, and the depth as a gray PNG; on the page and in the worker.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { output, probeFilm } from './support/files.js';
import { openPicture, useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const picture: HTMLImageElement;
/** One estimator on the page, one in the worker. */
declare const estimators: Package.DepthEstimator[];

const session = useSession();
let page: Page;

beforeAll(async () => {
  ({ page } = await openPicture(session));
  await page.evaluate(async () => {
    const model = portraitDepth.SupportedModels.ARPortraitDepth;
    const estimators = [
      await portraitDepth.createEstimator(model),
      await portraitDepth.createWorkerClient().createEstimator(model),
    ];
    Object.assign(window, { estimators });
  });
});

describe('a picture', () => {
  it('may be an address, a Blob or a File', async () => {
    const differences = await page.evaluate(async () => {
      const address = '/photos/astronaut.png';
      const blob = await (await fetch(address)).blob();
      const inputs = [address, new URL(address, location.href), blob, new File([blob], 'portrait.png')];
      const limits = { minDepth: 0.2, maxDepth: 0.9 };
      const results: number[] = [];
      for (const estimator of estimators) {
        const known = await (await estimator.estimateDepth(picture, limits)).values();
        for (const input of inputs) {
          const values = await (await estimator.estimateDepth(input, limits)).values();
          results.push(values.reduce((most, value, at) => Math.max(most, Math.abs(value - known[at]!)), 0));
        }
      }
      return results;
    });
    expect(differences).toEqual(Array(8).fill(0));
  });

  it('is turned upright by its EXIF', async () => {
    const file = join(output, 'turned.jpg');
    execFileSync('ffmpeg', ['-y', '-v', 'error', '-f', 'lavfi', '-i', 'color=red:s=64x32', '-frames:v', '1', file]);
    const size = await page.evaluate(
      async (base64) => {
        const jpeg = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        // An EXIF segment with orientation 6: turned by 90 degrees.
        const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        const exif = [0xff, 0xe1, 0, tiff.length + 8, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
        const blob = new Blob([jpeg.slice(0, 2), new Uint8Array(exif), jpeg.slice(2)], { type: 'image/jpeg' });
        const { width, height } = await estimators[0]!.estimateDepth(blob, { minDepth: 0, maxDepth: 1 });
        return [width, height];
      },
      execFileSync('base64', ['-w0', file]).toString(),
    );
    expect(size).toEqual([32, 64]);
  });

  it('that is missing or not readable is rejected with the action', async () => {
    const endings = await page.evaluate(async () => {
      const inputs = ['/photos/none.png', new File(['text'], 'letter.txt'), new Blob(['text'])];
      const results: string[][] = [];
      for (const estimator of estimators) {
        const each: string[] = [];
        for (const input of inputs)
          each.push(
            await estimator.estimateDepth(input, { minDepth: 0, maxDepth: 1 }).then(
              () => 'done',
              ({ code, message }: Package.PortraitDepthError) => `${code}: ${message}`,
            ),
          );
        results.push(each);
      }
      return results;
    });
    const formats = 'choose a picture in a format of this browser, for example JPEG or PNG.';
    expect(endings[0]).toEqual([
      'not_found: The image could not be loaded from /photos/none.png (status 404); check its address.',
      `unreadable: letter.txt could not be decoded; ${formats}`,
      `unreadable: The image could not be decoded; ${formats}`,
    ]);
    expect(endings[1]).toEqual(endings[0]);
  });
});

describe('toBlob', () => {
  it('writes gray of 16 bits, stretched to the person, near is white', async () => {
    const { text, metres, mask, type } = await page.evaluate(async () => {
      const depth = await estimators[0]!.estimateDepth(picture, { minDepth: 0.2, maxDepth: 0.9 });
      const blob = await depth.toBlob('image/png');
      const reader = new FileReader();
      reader.readAsDataURL(blob);
      await new Promise((resolve) => reader.addEventListener('load', resolve));
      return {
        text: reader.result as string,
        type: blob.type,
        metres: [...(await depth.metres())],
        mask: [...depth.mask()],
      };
    });
    expect(type).toBe('image/png');
    const file = join(output, 'depth.png');
    writeFileSync(file, Buffer.from(text.slice(text.indexOf(',') + 1), 'base64'));
    expect(probeFilm(file)).toMatchObject({ codec: 'png', width: 512, height: 512 });
    const entry = ['-show_entries', 'stream=pix_fmt', '-of', 'default=nw=1:nk=1'];
    expect(
      execFileSync('ffprobe', ['-v', 'error', ...entry, file])
        .toString()
        .trim(),
    ).toBe('gray16be');
    const raw = ['-f', 'rawvideo', '-pix_fmt', 'gray16le', '-'];
    const bytes = execFileSync('ffmpeg', ['-v', 'error', '-i', file, ...raw], { maxBuffer: 1 << 26 });
    const gray = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const person = metres.map((_, pixel) => pixel).filter((pixel) => mask[pixel]! >= 0.5);
    const distances = person.map((pixel) => metres[pixel]!);
    const [near, far] = distances.reduce(([a, b], z) => [Math.min(a!, z), Math.max(b!, z)], [Infinity, 0]);
    expect(far! - near!).toBeGreaterThan(0.02);
    expect(gray).toHaveLength(512 * 512);
    expect(gray.every((value, pixel) => (value === 0) === mask[pixel]! < 0.5)).toBe(true);
    const worst = person.reduce((most, pixel) => {
      const wanted = 65535 - ((metres[pixel]! - near!) / (far! - near!)) * 65534;
      return Math.max(most, Math.abs(gray[pixel]! - wanted));
    }, 0);
    expect(worst).toBeLessThanOrEqual(0.51);
  });

  it('writes black for a picture without a person, and rejects other types', async () => {
    const { most, message } = await page.evaluate(async () => {
      const depth = await estimators[1]!.estimateDepth(new ImageData(64, 48), { minDepth: 0, maxDepth: 1 });
      const bitmap = await createImageBitmap(await depth.toBlob());
      const context = new OffscreenCanvas(64, 48).getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, 64, 48);
      return {
        most: Math.max(...data.filter((_, index) => index % 4 !== 3)),
        message: await depth.toBlob('image/jpeg' as 'image/png').catch((error: Error) => error.message),
      };
    });
    expect(most).toBe(0);
    expect(message).toBe('The type "image/jpeg" is unknown; the only one is image/png.');
  });
});
