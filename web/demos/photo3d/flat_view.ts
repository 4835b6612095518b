// The flat view of a photo: the picture itself, its depth in colors, or its mask.

import type { DepthMap } from 'portrait-depth';
import { paintDepth } from '../shared/turbo.js';

export type FlatKind = 'photo' | 'depth' | 'mask';

const NAMES: Record<FlatKind, string> = { photo: 'The photo', depth: 'The depth map', mask: 'The mask' };
const OUTSIDE = [24, 26, 29] as const;

function gray(plane: Float32Array, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  plane.forEach((value, pixel) => {
    image.data.fill(value * 255, 4 * pixel, 4 * pixel + 3);
    image.data[4 * pixel + 3] = 255;
  });
  return image;
}

async function imageOf(kind: Exclude<FlatKind, 'photo'>, depth: DepthMap): Promise<ImageData> {
  const { width, height } = depth;
  if (kind === 'mask') return gray(depth.mask(), width, height);
  return paintDepth(await depth.values(), depth.mask(), width, height, OUTSIDE);
}

export async function paintFlat(
  canvas: HTMLCanvasElement,
  kind: FlatKind,
  picture: HTMLCanvasElement,
  depth: DepthMap,
): Promise<void> {
  const image = kind === 'photo' ? undefined : await imageOf(kind, depth);
  paintPicture(canvas, picture);
  canvas.setAttribute('aria-label', NAMES[kind]);
  if (image !== undefined) canvas.getContext('2d')!.putImageData(image, 0, 0);
}

export function paintPicture(canvas: HTMLCanvasElement, picture: HTMLCanvasElement): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute('aria-label', NAMES.photo);
  canvas.getContext('2d')!.drawImage(picture, 0, 0);
}
