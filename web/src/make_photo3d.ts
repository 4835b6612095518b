// makePhoto3D on this thread.

import { createEstimator } from './create_estimator.js';
import { createPhoto3D } from './photo3d.js';
import { photo3DMaker, type MadePhoto3D, type MakePhoto3D, type MakePhoto3DOptions } from './photo3d_maker.js';
import type { PixelInput } from './types.js';

let make: MakePhoto3D | undefined;

/**
 * Estimates the depth of a photo as estimatePhoto does, and builds its 3D photo. Rejects with a PortraitDepthError:
 * `no_person` for a picture without a person or, unless `anySubject` is set, without a face.
 */
export function makePhoto3D(image: PixelInput, options?: MakePhoto3DOptions): Promise<MadePhoto3D> {
  make ??= photo3DMaker({ createEstimator, createPhoto3D });
  return make(image, options);
}
