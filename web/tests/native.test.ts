// The same photo, native and in the browser: one core, one result. Skipped without the built command.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { openPage } from './support/browser.js';
import { output, portrait, probeFilm } from './support/files.js';
import { readNpy } from './support/npy.js';
import { project } from './support/server.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;

const command = process.env.PORTRAIT_DEPTH_COMMAND ?? join(project, 'bin/portrait-depth');
const LIMITS = { minDepth: 0.2, maxDepth: 0.9 };

interface Gltf {
  meshes: { primitives: { attributes: { POSITION: number } }[] }[];
  accessors: { bufferView: number; count: number; byteOffset?: number }[];
  bufferViews: { byteOffset?: number }[];
}

/** The vertices of every mesh of a GLB file, x, y, z each. */
function positionsOf(file: Buffer): Float32Array[] {
  const length = file.readUInt32LE(12);
  const gltf = JSON.parse(file.subarray(20, 20 + length).toString()) as Gltf;
  const binary = file.subarray(20 + length + 8);
  return gltf.meshes.map(({ primitives }) => {
    const accessor = gltf.accessors[primitives[0]!.attributes.POSITION]!;
    const start = (gltf.bufferViews[accessor.bufferView]!.byteOffset ?? 0) + (accessor.byteOffset ?? 0);
    return Float32Array.from({ length: 3 * accessor.count }, (_, index) => binary.readFloatLE(start + 4 * index));
  });
}

/** Share of the vertices of `mesh` that `other` has too, no farther than `tolerance` along each axis. */
function shareFound(mesh: Float32Array, other: Float32Array, tolerance: number): number {
  const cell = 1e-3;
  const cells = new Map<string, number[]>();
  for (let at = 0; at < other.length; at += 3) {
    const key = `${Math.floor(other[at]! / cell)} ${Math.floor(other[at + 1]! / cell)}`;
    cells.set(key, [...(cells.get(key) ?? []), at]);
  }
  let found = 0;
  for (let at = 0; at < mesh.length; at += 3) {
    const isSame = (place: number) =>
      [0, 1, 2].every((axis) => Math.abs(mesh[at + axis]! - other[place + axis]!) <= tolerance);
    const [columns, rows] = [0, 1].map((axis) => [
      ...new Set([-tolerance, tolerance].map((move) => Math.floor((mesh[at + axis]! + move) / cell))),
    ]) as [number[], number[]];
    if (columns.some((column) => rows.some((row) => cells.get(`${column} ${row}`)?.some(isSame)))) ++found;
  }
  return found / (mesh.length / 3);
}

describe.skipIf(!existsSync(command))('native and browser (needs bin/portrait-depth: make)', () => {
  const session = useSession();
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openPage(session.browser, `${session.origin}/pages/blank.html`));
  });

  it('agree on depth to 2/255 anywhere and 0.2/255 on average', async () => {
    const file = join(output, 'native.npy');
    const limits = ['--min-depth', String(LIMITS.minDepth), '--max-depth', String(LIMITS.maxDepth)];
    execFileSync(command, [
      'depth',
      portrait,
      '-o',
      file,
      '--unit',
      'relative',
      '--no-head-pass',
      ...limits,
      '--quiet',
    ]);
    const { values: native, shape } = readNpy(file);
    const inBrowser = await page.evaluate(async (given) => {
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      return Array.from(await (await estimator.estimateDepth(image, { ...given, flipAugmentation: true })).values());
    }, LIMITS);
    expect(shape).toEqual([512, 512]);
    const person = inBrowser.filter((value) => value > 0);
    expect(person.length).toBeGreaterThan(0.2 * inBrowser.length);
    expect(Math.max(...person.slice(0, 5000)) - Math.min(...person.slice(0, 5000))).toBeGreaterThan(0.02);
    let worst = 0;
    let sum = 0;
    inBrowser.forEach((value, index) => {
      const difference = Math.abs(value - (Number.isNaN(native[index]!) ? 0 : native[index]!));
      worst = Math.max(worst, difference);
      sum += difference;
    });
    console.log(`largest ${(worst * 255).toFixed(3)}/255, mean ${((sum / inBrowser.length) * 255).toFixed(4)}/255`);
    expect(sum / inBrowser.length).toBeLessThanOrEqual(0.2 / 255);
    expect(worst).toBeLessThanOrEqual(2 / 255);
  });

  it.each([
    ['gif', 'toGIF'],
    ['webm', 'toWebM'],
  ] as const)('agree on the size and the rate of a %s film', async (format, method) => {
    const native = join(output, `native.${format}`);
    execFileSync(command, ['photo3d', portrait, '-o', native, '--duration', '0.5', '--no-head-pass', '--quiet']);
    const text = await page.evaluate(async (toFile) => {
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const depth = await estimator.estimateDepth(image, { minDepth: 0, maxDepth: 1 });
      const photo = await portraitDepth.createPhoto3D(image, depth);
      const reader = new FileReader();
      reader.readAsDataURL(await photo[toFile]({ durationSeconds: 0.5 }));
      await new Promise((resolve) => reader.addEventListener('load', resolve));
      return reader.result as string;
    }, method);
    const inBrowser = join(output, `browser.${format}`);
    writeFileSync(inBrowser, Buffer.from(text.slice(text.indexOf(',') + 1), 'base64'));
    const { seconds, ...frames } = probeFilm(native);
    expect(probeFilm(inBrowser)).toMatchObject(frames);
    expect(probeFilm(inBrowser).seconds).toBeCloseTo(seconds, 1);
  });

  // The last bit decides whether an edge at the limit of steepness is cut, and with it the surface that is continued behind
  // the cut. It also decides whether a speck of the mask at the limit of size is a part of its own.
  it('agree on the meshes to 1e-5 metres, but for five vertices in a thousand', async () => {
    const file = join(output, 'native.glb');
    execFileSync(command, ['photo3d', portrait, '-o', file, '--no-head-pass', '--quiet']);
    const text = await page.evaluate(async () => {
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const depth = await estimator.estimateDepth(image, { minDepth: 0, maxDepth: 1, flipAugmentation: true });
      const reader = new FileReader();
      reader.readAsDataURL(await (await portraitDepth.createPhoto3D(image, depth)).toGLB());
      await new Promise((resolve) => reader.addEventListener('load', resolve));
      return reader.result as string;
    });
    const native = positionsOf(readFileSync(file));
    const inBrowser = positionsOf(Buffer.from(text.slice(text.indexOf(',') + 1), 'base64'));
    expect(inBrowser).toHaveLength(native.length);
    const shares = native.map((mesh, index) => shareFound(mesh, inBrowser[index]!, 1e-5));
    console.log(
      `vertices that the browser has too: ${shares.map((share) => `${(100 * share).toFixed(3)} %`).join(', ')}`,
    );
    for (const share of shares) expect(share).toBeGreaterThan(0.995);
    native.forEach((mesh, index) => expect(inBrowser[index]!.length / mesh.length).toBeCloseTo(1, 3));
  });
});

const coreResults = process.env.PORTRAIT_DEPTH_CORE_RESULTS ?? '';

/** The core's results for one picture with depth. */
interface CoreResults {
  positions: Float32Array;
  indices: Uint32Array;
  texture: Uint8Array;
  fill: Uint8Array;
}

function nativeResults(folder: string, given: Record<string, Uint8Array>, numbers: number[]): CoreResults {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(given)) writeFileSync(join(folder, name), bytes);
  execFileSync(coreResults, [folder, ...numbers.map(String)]);
  const buffer = (name: string) => {
    const bytes = readFileSync(join(folder, name));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  };
  return {
    positions: new Float32Array(buffer('positions')),
    indices: new Uint32Array(buffer('indices')),
    texture: new Uint8Array(buffer('texture')),
    fill: new Uint8Array(buffer('fill')),
  };
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let most = 0;
  for (let index = 0; index < a.length; ++index) most = Math.max(most, Math.abs(a[index]! - b[index]!));
  return most;
};

describe.skipIf(!existsSync(coreResults))('native and browser core (needs the test program core_results)', () => {
  const session = useSession();

  it('make the same mesh and the same fill of the same depth, to 1e-5', async () => {
    const { page } = await openPage(session.browser, `${session.origin}/pages/blank.html`);
    const inBrowser = await page.evaluate(async () => {
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
      canvas.drawImage(image, 0, 0);
      const rgba = canvas.getImageData(0, 0, image.width, image.height);
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      const depth = await estimator.estimateDepth(rgba, { minDepth: 0, maxDepth: 1 });
      const photo = await portraitDepth.createPhoto3D(rgba, depth);
      const { fx, fy, cx, cy } = depth.intrinsics();
      const mesh = await photo.personMesh();
      const text = async (values: ArrayBufferView<ArrayBuffer>) => {
        const reader = new FileReader();
        reader.readAsDataURL(new Blob([values]));
        await new Promise((resolve) => reader.addEventListener('load', resolve));
        return (reader.result as string).split(',')[1]!;
      };
      return {
        numbers: [depth.width, depth.height, fx, fy, cx, cy, depth.headDistanceMetres],
        rgba: await text(rgba.data as Uint8ClampedArray<ArrayBuffer>),
        metres: await text((await depth.metres()) as Float32Array<ArrayBuffer>),
        mask: await text(depth.mask() as Float32Array<ArrayBuffer>),
        positions: await text(mesh.positions),
        indices: await text(mesh.indices),
        texture: await text((await photo.personTexture()).data as Uint8ClampedArray<ArrayBuffer>),
        fill: await text((await photo.backgroundTexture())!.data as Uint8ClampedArray<ArrayBuffer>),
      };
    });
    await page.close();
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
    const native = nativeResults(
      join(output, 'core'),
      { rgba: bytes(inBrowser.rgba), metres: bytes(inBrowser.metres), mask: bytes(inBrowser.mask) },
      inBrowser.numbers,
    );
    // The browser's background comes as RGBA.
    const fill = bytes(inBrowser.fill).filter((_, index) => index % 4 !== 3);
    const positions = new Float32Array(bytes(inBrowser.positions).buffer);
    const differences = {
      positions: largestDifference(positions, native.positions),
      texture: largestDifference(bytes(inBrowser.texture), native.texture),
      fill: largestDifference(fill, native.fill),
    };
    console.log('largest differences', differences);
    expect(new Uint32Array(bytes(inBrowser.indices).buffer)).toEqual(native.indices);
    expect(positions).toHaveLength(native.positions.length);
    expect(differences.positions).toBeLessThanOrEqual(1e-5);
    expect(differences.texture).toBe(0);
    expect(differences.fill).toBe(0);
  });
});

const gifOfFrames = process.env.PORTRAIT_DEPTH_GIF_OF_FRAMES ?? '';

describe.skipIf(!existsSync(gifOfFrames))('native and browser GIF (needs the test program gif_of_frames)', () => {
  const session = useSession();

  // A background of noise makes the film too large at first, so the attempts to shrink it must agree as well.
  it('have the same bytes for the same frames', async () => {
    const { page } = await openPage(session.browser, `${session.origin}/pages/blank.html`);
    const size = { width: 160, height: 160 };
    const film = { durationSeconds: 1, framesPerSecond: 20 };
    const made = await page.evaluate(
      async ({ frame, path }) => {
        const image = new Image();
        image.src = '/photos/astronaut.png';
        await image.decode();
        const noise = new ImageData(256, 256);
        let state = 1;
        for (let at = 0; at < noise.data.length; ++at) {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          noise.data[at] = at % 4 === 3 ? 255 : state >>> 24;
        }
        const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
        const depth = await estimator.estimateDepth(image, { minDepth: 0, maxDepth: 1 });
        const photo = await portraitDepth.createPhoto3D(image, depth, {
          background: { kind: 'picture', picture: noise },
        });
        const frames: ArrayBuffer[] = [];
        for (const pose of await photo.cameraPath(path))
          frames.push((await photo.render(pose, frame)).data.buffer as ArrayBuffer);
        const text = async (blob: Blob) => {
          const reader = new FileReader();
          reader.readAsDataURL(blob);
          await new Promise((resolve) => reader.addEventListener('load', resolve));
          return (reader.result as string).split(',')[1]!;
        };
        return { gif: await text(await photo.toGIF({ ...path, ...frame })), frames: await text(new Blob(frames)) };
      },
      { frame: size, path: film },
    );
    await page.close();
    const [framesFile, gifFile] = [join(output, 'gif.frames'), join(output, 'gif_of_frames.gif')];
    writeFileSync(framesFile, Buffer.from(made.frames, 'base64'));
    const numbers = [size.width, size.height, film.framesPerSecond].map(String);
    execFileSync(gifOfFrames, [framesFile, gifFile, ...numbers]);
    const inBrowser = Buffer.from(made.gif, 'base64');
    expect(inBrowser.equals(readFileSync(gifFile))).toBe(true);
    expect(inBrowser.length).toBeLessThanOrEqual(0.33 * size.width * size.height * 20);
  });
});
