// Crops: one that follows the person, and one by hand.

import type { DepthMap } from 'portrait-depth';
import { PERSON_MASK } from '../shared/person.js';

/** Crops that follow the person. */
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
export function cropAround(picture: HTMLCanvasElement, depth: DepthMap, kind: Crop): HTMLCanvasElement {
  if (kind === 'whole') return picture;
  const aspect = ASPECT[kind];
  const width = Math.round(Math.min(picture.width, picture.height * aspect));
  const height = Math.round(width / aspect);
  const mask = depth.mask();
  const clamp = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
  const left = clamp(middleOf(depth, mask) - width / 2, picture.width - width);
  const top = clamp(topOf(depth, mask) - 0.08 * height, picture.height - height);
  return cropTo(picture, { left, top, width, height });
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
