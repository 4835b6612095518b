// The 3D photo in a page: its parts, its frames, and its files in other programs.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { decodeFrame, meanDifference, output, probeFilm, validateGlb } from './support/files.js';
import { openPicture, useSession } from './support/session.js';

declare const portraitDepth: typeof Package;
declare const picture: HTMLImageElement;
declare const depth: Package.DepthMap;
declare const photo: Package.Photo3D;

const session = useSession();
let page: Page;
let complaints: string[];

beforeAll(async () => {
  ({ page, complaints } = await openPicture(session));
  await page.evaluate(async () => {
    const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
    const map = await estimator.estimateDepth(picture, { minDepth: 0.2, maxDepth: 0.9 });
    Object.assign(window, { depth: map, photo: await portraitDepth.createPhoto3D(picture, map) });
  });
});

/** Makes a file in the page and keeps it in the output folder. */
async function make(kind: 'toGIF' | 'toWebM' | 'toGLB', options: Package.FilmOptions, name: string) {
  const text = await page.evaluate(
    async ([method, given]) => {
      const reader = new FileReader();
      reader.readAsDataURL(await photo[method](given));
      await new Promise((resolve) => reader.addEventListener('load', resolve));
      return reader.result as string;
    },
    [kind, options] as const,
  );
  const file = join(output, name);
  writeFileSync(file, Buffer.from(text.slice(text.indexOf(',') + 1), 'base64'));
  return file;
}

describe('a 3D photo', () => {
  it('has meshes whose triangles name their vertices, and textures in the shape of the photo', async () => {
    const facts = await page.evaluate(async () => {
      const [person, background] = [await photo.personMesh(), (await photo.backgroundMesh())!];
      const texture = await photo.personTexture();
      return {
        vertices: person.positions.length / 3,
        coordinates: person.textureCoordinates.length / 2,
        largest: person.indices.reduce((most, index) => Math.max(most, index), 0),
        finite: person.positions.every(Number.isFinite) && background.positions.every(Number.isFinite),
        behind: background.positions[2]! > person.positions[2]!,
        aspect: texture.width / texture.height,
      };
    });
    expect(facts.vertices).toBeGreaterThan(1000);
    expect(facts.coordinates).toBe(facts.vertices);
    expect(facts.largest).toBeLessThan(facts.vertices);
    expect(facts.finite).toBe(true);
    expect(facts.behind).toBe(true);
    expect(facts.aspect).toBeCloseTo(1, 2);
  });

  it('looks like the photo from where the photo was taken', async () => {
    const difference = await page.evaluate(async () => {
      const frame = await photo.render(
        { position: [0, 0, 0], lookAt: [0, 0, 1], up: [0, -1, 0], zoom: 1 },
        { width: 512, height: 512 },
      );
      const canvas = Object.assign(document.createElement('canvas'), { width: 512, height: 512 });
      const context = canvas.getContext('2d')!;
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, 512, 512);
      return data.reduce((sum, value, index) => sum + Math.abs(value - frame.data[index]!), 0) / data.length;
    });
    expect(difference).toBeLessThan(4);
  });

  it('has camera presets, and paths that loop and move', async () => {
    const { names, frames, moved } = await page.evaluate(async () => {
      const presets = await portraitDepth.cameraPresets();
      const path = await photo.cameraPath({ preset: 'orbit', durationSeconds: 1, framesPerSecond: 20 });
      const [first, half] = [path[0]!.position, path[10]!.position];
      return {
        names: presets.map(({ name }) => name),
        frames: path.length,
        moved: Math.hypot(...first.map((value, axis) => value - half[axis]!)),
      };
    });
    expect(names).toContain('orbit');
    expect(frames).toBe(20);
    expect(moved).toBeGreaterThan(0.001);
  });

  it("has frames of the requested size, in the photo's shape if one side is missing", async () => {
    const { sizes, messages } = await page.evaluate(async () => {
      const [pose] = await photo.cameraPath();
      const sizeOf = async (size: Package.FrameSize) => {
        const { width, height } = await photo.render(pose!, size);
        return `${width} x ${height}`;
      };
      const told = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
      return {
        sizes: [
          await sizeOf({}),
          await sizeOf({ width: 300 }),
          await sizeOf({ height: 241 }),
          await sizeOf({ width: 301, height: 401 }),
        ],
        messages: [await told(sizeOf({ height: 0 })), await told(photo.toGIF({ width: NaN }))],
      };
    });
    expect(sizes).toEqual(['512 x 512', '300 x 300', '240 x 240', '301 x 401']);
    for (const message of messages) expect(message).toContain('between 2 and 16384 pixels');
  });

  it('rejects background colors out of range, and accepts null as no background', async () => {
    const messages = await page.evaluate(async () => {
      const told = async (background: unknown) =>
        portraitDepth.createPhoto3D(picture, depth, { background: background as Package.Background }).then(
          (built) => built.dispose(),
          (error: Error) => error.message,
        );
      const messages = [await told(null), await told({ kind: 'color', color: [255, 0, 127.5] })];
      for (const color of [[0, 300, 0], [255, -1, 0], [NaN, 0, 0], [0, 0], '#ff0000', null])
        messages.push(await told({ kind: 'color', color }));
      return messages;
    });
    const refused = (color: string) => `background.color must be three numbers of 0 to 255, not ${color}.`;
    expect(messages).toEqual([
      undefined,
      undefined,
      ...['0,300,0', '255,-1,0', 'NaN,0,0', '0,0', '#ff0000', 'null'].map(refused),
    ]);
  });

  it('names unknown values in its errors', async () => {
    const messages = await page.evaluate(async () => {
      const told = (work: Promise<unknown>) =>
        work.then(
          () => 'no error',
          (error: Error) => error.message,
        );
      const kind = 'glitter' as Package.BackgroundKind;
      return [
        await told(photo.cameraPath({ preset: 'somersault' })),
        await told(portraitDepth.createPhoto3D(picture, depth, { background: { kind } })),
        await told(portraitDepth.createPhoto3D(new ImageData(8, 8), depth)),
      ];
    });
    expect(messages[0]).toContain('somersault');
    expect(messages[1]).toContain('glitter');
    expect(messages[2]).toContain('8 x 8');
  });
});

describe('its files', () => {
  const film = { durationSeconds: 1, framesPerSecond: 20, height: 240 };

  it('makes a GIF that moves, loops and shows the photo', async () => {
    const file = await make('toGIF', film, 'photo.gif');
    const facts = probeFilm(file);
    expect(facts).toMatchObject({ codec: 'gif', width: 240, height: 240, frames: 20 });
    expect(facts.seconds).toBeCloseTo(1, 1);
    const [first, half, last] = [decodeFrame(file, 0), decodeFrame(file, 10), decodeFrame(file, 19)];
    expect(meanDifference(first, half)).toBeGreaterThan(meanDifference(first, last));
    const rendered = await page.evaluate(async () => {
      const [pose] = await photo.cameraPath({ durationSeconds: 1, framesPerSecond: 20 });
      const { data } = await photo.render(pose!, { width: 240, height: 240 });
      return Array.from(data).filter((_, index) => index % 4 !== 3);
    });
    expect(meanDifference(first, Uint8Array.from(rendered))).toBeLessThan(6); // 255 colors and dithering
  });

  it('yields to other tasks without timers, which browsers delay', async () => {
    const { timers, tasks } = await page.evaluate(async () => {
      const counts = { timers: 0, tasks: 0 };
      const { setTimeout } = window;
      let isDone = false;
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        ++counts.tasks;
        if (!isDone) channel.port2.postMessage(null);
      };
      channel.port2.postMessage(null);
      window.setTimeout = ((...given: Parameters<typeof setTimeout>) => {
        ++counts.timers;
        return setTimeout(...given);
      }) as typeof setTimeout;
      await photo.toGIF({ durationSeconds: 1, framesPerSecond: 20, height: 60 });
      window.setTimeout = setTimeout;
      isDone = true;
      return counts;
    });
    expect(timers).toBe(0);
    expect(tasks).toBeGreaterThan(20); // other tasks ran between the frames
  });

  it('makes a WebM film that moves and shows the photo', async () => {
    const file = await make('toWebM', film, 'photo.webm');
    const facts = probeFilm(file);
    expect(facts).toMatchObject({ codec: 'vp9', width: 240, height: 240, frames: 20 });
    expect(facts.seconds).toBeCloseTo(1, 1);
    expect(meanDifference(decodeFrame(file, 0), decodeFrame(file, 10))).toBeGreaterThan(0.5);
  });

  it('makes a WebM film of even sides', async () => {
    const file = await make('toWebM', { durationSeconds: 0.1, width: 301, height: 401 }, 'even.webm');
    expect(probeFilm(file)).toMatchObject({ width: 300, height: 400 });
  });

  it('makes a GLB without error or warning', async () => {
    const { issues, info } = await validateGlb(readFileSync(await make('toGLB', {}, 'photo.glb')));
    expect(issues.messages.filter(({ code }) => code !== 'UNSUPPORTED_EXTENSION')).toEqual([]);
    expect(issues.numErrors + issues.numWarnings).toBe(0);
    expect(info.animationCount).toBe(1);
    expect(info.totalTriangleCount).toBeGreaterThan(1000);
  });

  it('rejects a file if it is disposed of meanwhile', async () => {
    const messages = await page.evaluate(async () => {
      // At once, and at each of the file's reports of progress.
      const disposedAt = async (stage: number) => {
        const shortLived = await portraitDepth.createPhoto3D(picture, depth);
        const stages: number[] = [];
        const onProgress = (fraction: number) => stages.push(fraction) === stage && shortLived.dispose();
        const file = shortLived.toGLB({ onProgress: (fraction) => void onProgress(fraction) });
        if (stage === 0) shortLived.dispose();
        return file.then(
          () => 'no error',
          (error: Error) => error.message,
        );
      };
      return [await disposedAt(0), await disposedAt(1), await disposedAt(2), await disposedAt(3)];
    });
    expect(messages).toEqual(Array(4).fill('This 3D photo was disposed of; create a new one.'));
  });

  it('has no background if it is transparent', async () => {
    const { corner, face, mesh } = await page.evaluate(async () => {
      const cut = await portraitDepth.createPhoto3D(picture, depth, { background: { kind: 'transparent' } });
      const frame = await cut.render(
        { position: [0, 0, 0], lookAt: [0, 0, 1], up: [0, -1, 0], zoom: 1 },
        { height: 512 },
      );
      const alpha = (x: number, y: number) => frame.data[4 * (y * 512 + x) + 3]!;
      const result = { corner: alpha(3, 3), face: alpha(222, 110), mesh: await cut.backgroundMesh() };
      cut.dispose();
      return result;
    });
    expect(corner).toBe(0);
    expect(face).toBe(255);
    expect(mesh).toBeNull();
  });

  it('reports its progress and stops by the signal', async () => {
    const { reports, code } = await page.evaluate(async () => {
      const controller = new AbortController();
      const seen: number[] = [];
      const error = await photo
        .toGIF({
          height: 120,
          signal: controller.signal,
          onProgress: (fraction) => {
            seen.push(fraction);
            if (fraction > 0.3) controller.abort();
          },
        })
        .then(
          () => undefined,
          (thrown: Package.PortraitDepthError) => thrown,
        );
      return { reports: seen, code: error?.code };
    });
    expect(code).toBe('stopped');
    expect(reports.at(-1)).toBeLessThan(0.6);
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
  });

  it('names the wrong option or number of a pose', async () => {
    const messages = await page.evaluate(async () => {
      const pose = (await photo.cameraPath())[0]!;
      const wrong = (value: unknown) => value as never;
      const calls = [
        () => photo.cameraPath(wrong(null)),
        () => photo.toGIF(wrong(null)),
        () => photo.toWebM(wrong('fast')),
        () => photo.toGLB(wrong(null)),
        () => photo.toGIF({ onProgress: wrong(true) }),
        () => photo.cameraPath({ durationSeconds: wrong('2') }),
        () => photo.render(wrong(null)),
        () => photo.render({ ...pose, lookAt: wrong(undefined) }),
        () => photo.render({ ...pose, up: wrong([0, -1]) }),
        () => photo.render({ ...pose, zoom: wrong(undefined) }),
        () => photo.render(pose, { height: wrong(null) }),
        () => portraitDepth.createPhoto3D(picture, depth, wrong(null)),
        () => portraitDepth.createPhoto3D(picture, depth, { background: { kind: 'color', color: wrong(7) } }),
      ];
      return Promise.all(
        calls.map((call) =>
          call().then(
            () => 'no error',
            (error: Package.PortraitDepthError) => `${error.code}: ${error.message}`,
          ),
        ),
      );
    });
    expect(messages).toEqual(
      [
        'options must be an object, not null.',
        'options must be an object, not null.',
        'options must be an object, not fast.',
        'options must be an object, not null.',
        'onProgress must be a function, not true.',
        'durationSeconds must be a number, not 2.',
        'pose must be an object, not null.',
        'pose.lookAt must be three numbers, not undefined.',
        'pose.up must be three numbers, not 0,-1.',
        'pose.zoom must be a number, not undefined.',
        'height must be a number, not null.',
        'options must be an object, not null.',
        'background.color must be three numbers of 0 to 255, not 7.',
      ].map((message) => `invalid_argument: ${message}`),
    );
  });

  it('reports no error', () => expect(complaints).toEqual([]));
});
