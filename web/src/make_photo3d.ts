// makePhoto3D and createPhoto3D on this thread.

import { createEstimator } from './create_estimator.js';
import { createPhoto3D as buildPhoto3D } from './photo3d.js';
import { photo3DMaker, type CreatePhoto3D, type MakePhoto3D, type MadePhoto3D } from './photo3d_maker.js';
import type { MakePhoto3DOptions, OwnDepthOptions } from './photo3d_maker.js';
import type { Photo3D, Photo3DOptions } from './photo3d_types.js';
import type { DepthMap, GivenDepth, PixelInput } from './types.js';

let kept: { makePhoto3D: MakePhoto3D; createPhoto3D: CreatePhoto3D } | undefined;

const maker = () => (kept ??= photo3DMaker({ createEstimator, createPhoto3D: buildPhoto3D }));

/**
 * Estimates the depth of a photo as estimatePhoto does, and builds its 3D photo. Rejects with a PortraitDepthError:
 * `no_person` for a picture without a person or, unless `anySubject` is set, without a face.
 */
export function makePhoto3D(image: PixelInput, options?: MakePhoto3DOptions): Promise<MadePhoto3D> {
  return maker().makePhoto3D(image, options);
}

/**
 * Builds a 3D photo from an image and its depth map. Both have the same size and orientation: depth made with
 * `flipHorizontal` needs a mirrored image. Throws PortraitDepthError if the sizes differ or the depth map has no person.
 */
export function createPhoto3D(image: PixelInput, depthMap: DepthMap, options?: Photo3DOptions): Promise<Photo3D>;
/**
 * The same from a depth map of the caller's own, as makePhoto3D with `givenDepth`: the estimator that its calls share
 * finds the person and places the map. Rejects with code `invalid_argument` for a map that cannot be used.
 */
export function createPhoto3D(image: PixelInput, depth: GivenDepth, options?: OwnDepthOptions): Promise<Photo3D>;
export function createPhoto3D(
  image: PixelInput,
  depth: DepthMap | GivenDepth,
  options?: OwnDepthOptions,
): Promise<Photo3D> {
  return maker().createPhoto3D(image, depth as GivenDepth, options);
}
