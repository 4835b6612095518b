// The core's estimation without networks: masks and reliefs come from the test. Runs in Node.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '../src/core.js';
import type { Pointer } from '../src/core_functions.js';
import { DEPTH_MAP, ESTIMATION_CONFIG, PHOTO3D_OPTIONS, PLACEMENT, SEGMENTATION, pack } from '../src/core_structs.js';
import { lendDepthMap } from '../src/depth_map.js';
import { coreInNode } from './support/core.js';

const [WIDTH, HEIGHT] = [96, 128];
const RELIEF = 256 * 192;
const UNKNOWN = {
  minDepth: 0.2,
  maxDepth: 0.9,
  fx: NaN,
  fy: NaN,
  cx: NaN,
  cy: NaN,
  headDistanceMetres: NaN,
  flipHorizontal: 0,
};

let core: Core;

beforeAll(async () => {
  core = await coreInNode();
});

/** An estimation of a gray picture, all of it person, before the depth network's run. */
function prepared(): Pointer {
  const f = core.functions;
  const estimation = core.check(f.pd_estimation_create());
  const image = core.check(f.pd_estimation_image(estimation, WIDTH, HEIGHT));
  core.bytes(image, 4 * WIDTH * HEIGHT).fill(128);
  core.check(f.pd_estimation_set_whole_picture(estimation));
  expect(core.read(SEGMENTATION, f.pd_estimation_segmentation(estimation))).toMatchObject({
    x: 0,
    y: 0,
    width: WIDTH,
    height: HEIGHT,
    coverage: 1,
    found: 1,
  });
  core.check(f.pd_estimation_depth_input(estimation));
  return estimation;
}

const place = (estimation: Pointer, cropWidthMetres: number, config = UNKNOWN) =>
  core.lend([pack(ESTIMATION_CONFIG, config)], (at) =>
    core.read(PLACEMENT, core.functions.pd_estimation_place(estimation, cropWidthMetres, at!)),
  );

/** The address of the depth map of a relief that rises from left to right. */
const depthMap = (estimation: Pointer) =>
  core.lend([Float32Array.from({ length: RELIEF }, (_, index) => ((index % 192) - 96) / 960)], (at) =>
    core.check(core.functions.pd_estimation_depth_map(estimation, at!)),
  );

describe("the core's estimation", () => {
  it('puts a tight crop without a camera at 0.8 to 1 m', () => {
    const placement = place(prepared(), 0.4);
    expect(placement.headDistanceMetres).toBeGreaterThan(0.8);
    expect(placement.headDistanceMetres).toBeLessThan(1);
    expect(placement.fx).toBeCloseTo((placement.headDistanceMetres * placement.cropWidth) / 0.4, 2);
    expect(placement.metresPerRelief).toBeCloseTo(0.4, 5);
    expect(placement.personMask).toBe(0.5);
  });

  it('uses the given camera and mirrors it', () => {
    const config = { ...UNKNOWN, fx: 100, fy: 101, cx: 40, cy: 60, flipHorizontal: 1 };
    const placement = place(prepared(), 0.4, config);
    expect(placement).toMatchObject({ fx: 100, fy: 101, cx: WIDTH - 40, cy: 60 });
    expect(placement.headDistanceMetres).toBeCloseTo((0.4 * 100) / placement.cropWidth, 5);
  });

  it('computes limits that follow the person if the caller has none', () => {
    const estimation = prepared();
    place(estimation, 0.4, { ...UNKNOWN, minDepth: NaN, maxDepth: NaN });
    const { values, minDepth, maxDepth } = core.read(DEPTH_MAP, depthMap(estimation));
    expect(minDepth).toBeLessThan(maxDepth);
    const row = core.floats(values + 4 * WIDTH * 64, WIDTH);
    expect(row[0]!).toBeCloseTo(0.1, 1);
    expect(row[WIDTH - 1]!).toBeCloseTo(1, 1);
  });

  it('rejects a relief without finite values with the reason', () => {
    const estimation = prepared();
    place(estimation, 0.4);
    const nothing = new Float32Array(RELIEF).fill(NaN);
    expect(() =>
      core.lend([nothing], (at) => core.check(core.functions.pd_estimation_depth_map(estimation, at!))),
    ).toThrow('the depth network returned no finite values inside the mask');
  });

  it("takes a mask of the caller's and rejects an empty one", () => {
    const estimation = prepared();
    const f = core.functions;
    const setMask = (isPerson: (x: number) => boolean) => {
      const mask = Float32Array.from({ length: WIDTH * HEIGHT }, (_, index) => (isPerson(index % WIDTH) ? 1 : 0));
      return core.lend([mask], (at) => core.check(f.pd_estimation_set_mask(estimation, at!)));
    };
    setMask((x) => x >= 24 && x < 72);
    const person = core.read(SEGMENTATION, f.pd_estimation_segmentation(estimation));
    expect(person).toMatchObject({ x: 24, y: 0, width: 48, height: HEIGHT, coverage: 0.5, found: 1 });
    expect(() => setMask(() => false)).toThrow('the mask contains no person');
  });

  it('has regions for the face detector: the picture, then three squares around the person', () => {
    const estimation = prepared();
    const f = core.functions;
    const inputs = [0, 1, 2, 3, 4].map((region) => f.pd_estimation_face_input(estimation, region));
    expect(inputs.map((input) => input !== 0)).toEqual([true, true, true, true, false]);
    core.check(f.pd_estimation_face_input(estimation, 0));
    const scores = new Float32Array(48 * 48).fill(-9);
    const boxes = new Float32Array(16 * 48 * 48);
    const found = () => core.lend([boxes, scores], (a, b) => f.pd_estimation_set_face(estimation, a!, b!));
    expect(found()).toBe(0);
    scores[1000] = 3;
    expect(found()).toBe(1);
  });

  it('gives the same normals and 3D photo for its own map and for a copy', () => {
    const estimation = prepared();
    place(estimation, 0.4);
    const address = depthMap(estimation);
    const own = core.read(DEPTH_MAP, address);
    const plane = (at: Pointer) => core.floats(at, WIDTH * HEIGHT).slice();
    const { fx, fy, cx, cy, headDistanceMetres } = own;
    const copy = {
      width: WIDTH,
      height: HEIGHT,
      metres: plane(own.metres),
      mask: plane(own.mask),
      intrinsics: { fx, fy, cx, cy, width: WIDTH, height: HEIGHT },
      headDistanceMetres,
    };
    const rgba = new Uint8Array(4 * WIDTH * HEIGHT).fill(128);
    const results = [{ core, address: () => address }, undefined].map((inCore) =>
      lendDepthMap(core, copy, inCore, (map) => {
        if (inCore !== undefined) expect(map).toBe(address);
        const normals = core.floats(core.check(core.functions.pd_normals(map)), 3 * WIDTH * HEIGHT).slice();
        const options = {
          backgroundKind: 2,
          backgroundColor: 0x204060,
          picture: 0,
          pictureWidth: 0,
          pictureHeight: 0,
          relief: 1,
          edgeSlope: NaN,
          maxTextureSize: 0,
        };
        const photo = core.lend([rgba, pack(PHOTO3D_OPTIONS, options)], (pixels, optionsAt) =>
          core.check(core.functions.pd_photo3d_build(pixels!, map, optionsAt!)),
        );
        const mesh = core.words(core.functions.pd_photo3d_mesh(photo, 0), 5);
        return { normals, positions: core.floats(mesh[0]!, 3 * mesh[2]!).slice() };
      }),
    );
    expect(results[0]!.normals.some((value) => value !== 0)).toBe(true);
    expect(results[0]!.positions.length).toBeGreaterThan(300);
    expect(results[0]).toEqual(results[1]);
  });
});
