// Crops: one that follows the person, and one by hand.

import type { DepthMap, GivenDepth } from 'portrait-depth';
import { PERSON_MASK } from '../shared/person.js';

/** Crops that follow the person, but for the whole picture. */
export type Crop = 'whole' | 'portrait' | 'square';

const ASPECT: Record<Exclude<Crop, 'whole'>, number> = { portrait: 3 / 4, square: 1 };

/** The middle of the person, weighted by the mask, in pixels across. */
function middleOf({ width, height }: DepthMap, mask: Float32Array): number {
  let sum = 0;
  let moment = 0;
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const cover = mask[y * width + x]!;
      sum += cover;
      moment += cover * (x + 0.5);
    }
  return sum > 0 ? moment / sum : width / 2;
}

function topOf({ width, height }: DepthMap, mask: Float32Array): number {
  const row = Array.from({ length: height }, (_, y) => y).find((y) =>
    mask.subarray(y * width, (y + 1) * width).some((cover) => cover >= PERSON_MASK),
  );
  return row ?? 0;
}

/** The largest part of that shape with the person in its middle and the whole head. */
export function rectangleAround(picture: HTMLCanvasElement, depth: DepthMap, kind: Exclude<Crop, 'whole'>): Rectangle {
  const aspect = ASPECT[kind];
  const width = Math.round(Math.min(picture.width, picture.height * aspect));
  const height = Math.round(width / aspect);
  const mask = depth.mask();
  const clamp = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
  const left = clamp(middleOf(depth, mask) - width / 2, picture.width - width);
  const top = clamp(topOf(depth, mask) - 0.08 * height, picture.height - height);
  return { left, top, width, height };
}

/** Pixels of the picture. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The part of the picture inside the rectangle. */
export function cropTo(picture: HTMLCanvasElement, { left, top, width, height }: Rectangle): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d', { willReadFrequently: true })!.drawImage(picture, -left, -top);
  return canvas;
}

interface Plane {
  values: Float32Array;
  width: number;
  height: number;
}

/** The part of a plane of the whole picture. */
function planeIn(
  { values, width, height }: Plane,
  part: Rectangle,
  picture: { width: number; height: number },
): Plane & { left: number; top: number } {
  const [across, down] = [width / picture.width, height / picture.height];
  const size = {
    width: Math.max(1, Math.round(part.width * across)),
    height: Math.max(1, Math.round(part.height * down)),
  };
  const left = Math.min(Math.round(part.left * across), width - size.width);
  const top = Math.min(Math.round(part.top * down), height - size.height);
  const result = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; ++y) {
    const from = (top + y) * width + left;
    result.set(values.subarray(from, from + size.width), y * size.width);
  }
  return { values: result, ...size, left, top };
}

/** The depth that comes with a picture, for the part inside the rectangle. */
export function givenDepthIn(
  given: GivenDepth,
  part: Rectangle,
  picture: { width: number; height: number },
): GivenDepth {
  const { width, height, intrinsics } = given;
  const cut = planeIn({ values: given.depth, width, height }, part, picture);
  return {
    ...given,
    depth: cut.values,
    width: cut.width,
    height: cut.height,
    ...(given.matte !== undefined && { matte: planeIn(given.matte, part, picture) }),
    ...(intrinsics !== undefined && {
      intrinsics: { ...intrinsics, cx: intrinsics.cx - cut.left, cy: intrinsics.cy - cut.top },
    }),
  };
}
