// estimatePhoto does for one photo what the command does.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { openPage } from './support/browser.js';
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
