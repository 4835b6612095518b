// makePhoto3D: from a photo to its files in three lines, on the page and in the worker.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { openPicture, useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const picture: HTMLImageElement;

const session = useSession();
let page: Page;
const requested: string[] = [];

beforeAll(async () => {
  ({ page } = await openPicture(session));
  page.on('request', (request) => requested.push(request.url()));
});

describe.each(['page', 'worker'] as const)('makePhoto3D on the %s', (place) => {
  beforeAll(() =>
    page.evaluate((where) => {
      Object.assign(window, { api: where === 'page' ? portraitDepth : portraitDepth.createWorkerClient() });
    }, place),
  );

  it('makes a GIF, a WebM film and a GLB, whose networks are loaded once', async () => {
    requested.length = 0;
    const files = await page.evaluate(async () => {
      const { api } = window as unknown as { api: typeof portraitDepth };
      const loaded: string[] = [];
      const photo = await api.makePhoto3D('/photos/astronaut.png', {
        onLoadProgress: ({ file }) => void (loaded.includes(file) || loaded.push(file)),
      });
      const film = { height: 120, durationSeconds: 0.5 };
      const made = [await photo.gif(film), await photo.webm(film), await photo.glb()];
      const { personFound, faceFound, headDistanceMetres } = photo.depthMap;
      const again = await api.makePhoto3D(picture, { background: { kind: 'transparent' } });
      const background = await again.photo3D.backgroundMesh();
      again.dispose();
      photo.dispose();
      const ended = await photo.gif().catch((error: { code: string }) => error.code);
      const starts = await Promise.all(
        made.map(async (blob) => Array.from(new Uint8Array(await blob.slice(0, 4).arrayBuffer()))),
      );
      return {
        loaded,
        types: made.map(({ type }) => type),
        starts,
        personFound,
        faceFound,
        headDistanceMetres,
        background,
        ended,
      };
    });
    expect(files.loaded).toContain('ar_portrait_depth.onnx');
    expect(files.types).toEqual(['image/gif', 'video/webm', 'model/gltf-binary']);
    expect(files.starts.map((bytes) => Buffer.from(bytes).toString('latin1'))).toEqual([
      'GIF8',
      '\x1aE\xdf\xa3',
      'glTF',
    ]);
    expect(files).toMatchObject({ personFound: true, background: null, ended: 'invalid_argument' });
    if (place === 'page') expect(files.faceFound).toBe(true);
    expect(files.headDistanceMetres).toBeGreaterThan(0.5);
    expect(requested.filter((url) => url.endsWith('/ar_portrait_depth.onnx')).length).toBeLessThanOrEqual(1);
  });

  it('rejects photos without a person or a face, and stops on request', async () => {
    const codes = await page.evaluate(async () => {
      const { api } = window as unknown as { api: typeof portraitDepth };
      const codeOf = (work: Promise<unknown>) =>
        work.then(
          () => 'no error',
          (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
        );
      const controller = new AbortController();
      const stopped = codeOf(api.makePhoto3D(picture, { signal: controller.signal }));
      controller.abort();
      return [
        await codeOf(api.makePhoto3D('/photos/coffee.png')),
        await codeOf(api.makePhoto3D('/photos/missing.png')),
        await stopped,
      ];
    });
    expect(codes[0]).toMatch(/^no_person: No (person|face) was found/);
    expect(codes[1]).toMatch(/^not_found: /);
    expect(codes[2]).toMatch(/^stopped: /);
  });

  it('takes an estimator of the caller', async () => {
    const code = await page.evaluate(async () => {
      const { api } = window as unknown as { api: typeof portraitDepth };
      const estimator = await api.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth, {
        depthModel: 'ar_portrait_depth_fast',
      });
      const photo = await api.makePhoto3D(picture, { estimator });
      photo.dispose();
      const { personFound } = await estimator.estimatePhoto(picture); // it is still the caller's
      estimator.dispose();
      return api.makePhoto3D(picture, { estimator }).catch((error: { code: string }) => [personFound, error.code]);
    });
    expect(code).toEqual([true, 'invalid_argument']);
  });
});
