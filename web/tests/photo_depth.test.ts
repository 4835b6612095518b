// The readers of depth inside photo files, without a browser: the core's part, and PNGs of 8 and 16 bits. Runs in Node.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '../src/core.js';
import type { Pointer } from '../src/core_functions.js';
import { CODED_PICTURE, GIVEN_DEPTH } from '../src/core_structs.js';
import { givenDepthFrom } from '../src/given_depth.js';
import { openGrayPng } from '../src/gray_png.js';
import { coreInNode } from './support/core.js';
import { command, depthPhoto, hasCommand, nativeDepth, sensorPhoto } from './support/depth_files.js';
import { output } from './support/files.js';

let core: Core;
beforeAll(async () => {
  core = await coreInNode();
});

const bytesOf = (file: string) => new Uint8Array(readFileSync(file));

const find = (bytes: Uint8Array, name: string): Pointer =>
  core.lendText(name, (nameAt) =>
    core.lend([bytes], (at) => core.check(core.functions.pd_photo_depth_find(at!, bytes.length, nameAt))),
  );

/** The coded pictures of a file; an empty one for a missing matte. */
function pictures(found: Pointer): Uint8Array<ArrayBuffer>[] {
  const f = core.functions;
  return Array.from({ length: f.pd_photo_depth_count(found) }, (_, index) => {
    const { bytes, size } = core.read(CODED_PICTURE, f.pd_photo_depth_picture(found, index));
    return new Uint8Array(core.bytes(bytes, size));
  });
}

/** A gray PNG of 16 bits in the seven passes of Adam7, without filters. */
function interlaced(width: number, height: number): Uint8Array<ArrayBuffer> {
  const rows: number[] = [];
  // Each pass halves the distance of the known pixels, in x and y by turns.
  for (const [x0, y0, stepX, stepY] of [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const)
    for (let y = y0; y < height && x0 < width; y += stepY) {
      rows.push(0);
      for (let x = x0; x < width; x += stepX) rows.push((37 * x + 11 * y) % 256, (91 * x + 5 * y) % 256);
    }
  const chunk = (type: string, content: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 0, 0, 0, 1], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(rows))), chunk('IEND', Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...parts]));
}

/** Decodes a picture by FFmpeg. */
function decoded(bytes: Uint8Array, format: 'gray' | 'gray16le'): Float32Array {
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', '-', '-f', 'rawvideo', '-pix_fmt', format, '-'], {
    input: bytes,
    maxBuffer: 1 << 28,
  });
  if (format === 'gray') return Float32Array.from(raw, (byte) => byte / 255);
  return Float32Array.from({ length: raw.length / 2 }, (_, at) => raw.readUInt16LE(2 * at) / 65535);
}

describe.skipIf(!hasCommand)(`depth in files (needs ${command})`, () => {
  it.each(['gdepth', 'dynamic-depth'] as const)('of %s is the one that the command reads', async (form) => {
    const file = depthPhoto(form);
    const native = nativeDepth(file, '--depth-source', 'sensor');
    const found = find(bytesOf(file), 'a.jpg');
    const [coded] = pictures(found);
    const png = openGrayPng(coded!)!;
    const at = core.check(core.functions.pd_photo_depth_values(found, 0, png.width, png.height));
    core.floats(at, png.width * png.height).set((await png.values())!);
    const given = givenDepthFrom(core, core.read(GIVEN_DEPTH, core.functions.pd_photo_depth_result(found, 0, 0, 0)));
    core.functions.pd_photo_depth_destroy(found);
    expect(given).toMatchObject({ width: native.shape[1], height: native.shape[0], unit: 'metres', isMeasured: true });
    expect(given.depth).toEqual(native.values);
  });

  it('that claims too many pixels is rejected before they are decoded', () => {
    const found = find(bytesOf(depthPhoto('dynamic-depth')), 'huge.jpg');
    expect(() => core.check(core.functions.pd_photo_depth_values(found, 0, 46_000, 46_000))).toThrow(
      'huge.jpg: too large: depth and mattes inside of more than 32 megapixels. Get the file anew.',
    );
    core.functions.pd_photo_depth_destroy(found);
  });

  it('is not in other files', () => {
    for (const bytes of [bytesOf(join(output, 'own_depth.npy')), new Uint8Array(0), new Uint8Array([0xff, 0xd8, 0xff])])
      expect(pictures(find(bytes, 'other'))).toEqual([]);
  });
});

describe.skipIf(!existsSync(sensorPhoto('iphone-truedepth.jpg')))("a phone's files (need shared/sensor)", () => {
  it('have the disparity and the matte of the JPEG, without metadata', () => {
    const [depth, matte, ...others] = pictures(find(bytesOf(sensorPhoto('iphone-truedepth.jpg')), 'phone.jpg'));
    expect(decoded(depth!, 'gray')).toHaveLength(480 * 640);
    expect(decoded(matte!, 'gray').reduce((most, value) => Math.max(most, value))).toBeGreaterThan(0.9);
    expect(others.every((bytes) => bytes.length === 0)).toBe(true);
    for (const bytes of [depth!, matte!]) expect(Buffer.from(bytes).includes('http://ns.adobe.com/xap')).toBe(false);
  });

  it('have a HEIC for the depth and for each matte', () => {
    const whole = bytesOf(sensorPhoto('iphone-truedepth.heic'));
    const coded = pictures(find(whole, 'phone.heic'));
    expect(coded).toHaveLength(6);
    for (const bytes of coded) {
      expect(bytes).toHaveLength(whole.length);
      const changed = bytes.reduce((count, byte, at) => count + (byte === whole[at] ? 0 : 1), 0);
      expect(changed).toBeGreaterThan(0);
      expect(changed).toBeLessThanOrEqual(9); // its number, its flags, its reference
    }
  });
});

describe('a PNG', () => {
  const made = (format: string, predictor: string) => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=60x46:rate=1', '-frames:v', '1'];
    const args = [
      '-v',
      'error',
      ...source,
      '-pix_fmt',
      format,
      '-pred',
      predictor,
      '-f',
      'image2pipe',
      '-c:v',
      'png',
      '-',
    ];
    return new Uint8Array(execFileSync('ffmpeg', args));
  };

  it.each(['none', 'sub', 'up', 'avg', 'paeth', 'mixed'])('with the filter %s has its values', async (predictor) => {
    for (const [format, raw] of [
      ['gray', 'gray'],
      ['gray16be', 'gray16le'],
    ] as const) {
      const bytes = made(format, predictor);
      const png = openGrayPng(bytes)!;
      expect(png).toMatchObject({ width: 60, height: 46 });
      expect(await png.values()).toEqual(decoded(bytes, raw));
    }
  });

  it.each(['rgb24', 'rgba', 'rgb48be', 'ya8', 'ya16be'])('of %s has its first channel', async (format) => {
    const bytes = made(format, 'mixed');
    const [pixel, step] = { rgb24: [3, 1], rgba: [4, 1], rgb48be: [6, 2], ya8: [2, 1], ya16be: [4, 2] }[format]!;
    const args = ['-v', 'error', '-i', '-', '-f', 'rawvideo', '-pix_fmt', format, '-'];
    const raw = execFileSync('ffmpeg', args, { input: bytes });
    const values = Float32Array.from({ length: raw.length / pixel! }, (_, at) =>
      step === 1 ? raw[at * pixel!]! / 255 : raw.readUInt16BE(at * pixel!) / 65535,
    );
    expect(await openGrayPng(bytes)!.values()).toEqual(values);
  });

  it.each([
    [60, 46],
    [9, 3],
    [1, 1],
    [3, 17],
  ])('of 16 bits that is interlaced, %i x %i, has them', async (width, height) => {
    const bytes = interlaced(width, height);
    expect(await openGrayPng(bytes)!.values()).toEqual(decoded(bytes, 'gray16le'));
  });

  it('that is cut has no values', async () => {
    const bytes = made('gray16be', 'mixed');
    for (const size of [40, 60, 100, bytes.length - 200]) {
      const png = openGrayPng(bytes.slice(0, size));
      if (size >= 60) expect(png).toBeDefined();
      expect(await png?.values()).toBeUndefined();
    }
    const damaged = bytes.slice();
    damaged.fill(0xaa, 70, 200);
    expect(await openGrayPng(damaged)!.values()).toBeUndefined();
  });

  it('of another kind is left to the browser', () => {
    expect(openGrayPng(made('pal8', 'none'))).toBeUndefined();
    expect(openGrayPng(made('monob', 'none'))).toBeUndefined();
    expect(openGrayPng(new Uint8Array([0xff, 0xd8]))).toBeUndefined();
  });
});
