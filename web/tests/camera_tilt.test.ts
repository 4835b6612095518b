// A phone's tilt by its maker note, and the angles of a caller, without a browser. Runs in Node.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '../src/core.js';
import { TILT } from '../src/core_structs.js';
import { depthRequest, photoRequest } from '../src/estimation_config.js';
import { coreInNode } from './support/core.js';
import { project } from './support/server.js';

let core: Core;
beforeAll(async () => {
  core = await coreInNode();
});

/** The EXIF of tests/fuzz/make_seeds.py: gravity is -2/7, -6/7, -3/7. */
const exif = readFileSync(join(project, 'tests/fuzz/corpus/exif/phone.exif'));
const start = exif.indexOf('Apple iOS');
const note = new Uint8Array(exif.subarray(start, start + 56));
const FRONT = 'iPhone 14 front TrueDepth camera 2.69mm f/1.9';

function tilt(makerNote: Uint8Array, lensModel: string) {
  return core.lend([makerNote], (noteAt) =>
    core.lendText(lensModel, (lensAt) => {
      const found = core.functions.pd_exif_tilt(noteAt!, makerNote.length, lensAt);
      return found === 0 ? undefined : core.read(TILT, found);
    }),
  );
}

describe("a phone's tilt", () => {
  it('follows gravity and the camera in use', () => {
    const front = tilt(note, FRONT)!;
    expect(front.pitch).toBeCloseTo(Math.asin(3 / 7), 5);
    expect(front.roll).toBeCloseTo(Math.atan(1 / 3), 5);
    expect(tilt(note, 'iPhone 13 back dual wide camera 5.1mm f/1.6')!.pitch).toBeCloseTo(-Math.asin(3 / 7), 5);
  });

  it('is unknown with another lens, and with cut or changed notes', () => {
    expect(tilt(note, 'EF50mm f/1.8 STM')).toBeUndefined();
    for (let size = 0; size < note.length; size += 1) expect(tilt(note.slice(0, size), FRONT)).toBeUndefined();
    const other = note.slice();
    other[0] = 0x42;
    expect(tilt(other, FRONT)).toBeUndefined();
  });
});

describe('gravity', () => {
  const gravity = (pitch: number, roll = 0) => [...core.floats(core.check(core.functions.pd_gravity(pitch, roll)), 3)];

  it('is a direction in camera space, zero without a pitch', () => {
    expect(gravity(0)).toEqual([0, 1, -0]);
    const [x, y, z] = gravity(0.3, 0.2);
    expect(x).toBeCloseTo(Math.cos(0.3) * Math.sin(0.2), 6);
    expect(y).toBeCloseTo(Math.cos(0.3) * Math.cos(0.2), 6);
    expect(z).toBeCloseTo(-Math.sin(0.3), 6);
    expect(gravity(NaN, 0.2)).toEqual([0, 0, 0]);
  });

  it('rejects angles out of range', () => {
    expect(() => gravity(30)).toThrow("the camera's pitch must be -pi/2 to pi/2 radians");
    expect(() => gravity(0, 4)).toThrow("the camera's roll must be -pi to pi radians");
  });

  it('rejects what is no angle before the picture is read', () => {
    expect(() => photoRequest({ cameraPitch: '12' as never })).toThrow('cameraPitch must be a number, not 12.');
    expect(() => photoRequest({ cameraPitch: NaN })).toThrow('cameraPitch must be finite, not NaN.');
    expect(() => depthRequest({ minDepth: 0, maxDepth: 1, cameraRoll: Infinity })).toThrow(
      'cameraRoll must be finite, not Infinity.',
    );
  });

  it('is read from EXIF unless the caller gives camera and angles', () => {
    const intrinsics = { fx: 900, fy: 900, cx: 288, cy: 384 };
    expect(photoRequest({}).readExif).toBe(true);
    expect(photoRequest({ intrinsics }).readExif).toBe(true);
    expect(photoRequest({ cameraPitch: 0 }).readExif).toBe(true);
    expect(photoRequest({ intrinsics, cameraPitch: 0, cameraRoll: 0 }).readExif).toBe(false);
  });
});
