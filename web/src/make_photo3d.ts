// makePhoto3D on this thread.

import { createEstimator } from './create_estimator.js';
import { createPhoto3D } from './photo3d.js';
import { photo3DMaker, type MakePhoto3D } from './photo3d_maker.js';

/**
 * Estimates the depth of a photo as estimatePhoto does, and builds its 3D photo. Rejects with a PortraitDepthError:
 * `no_person` for a picture without a person or, unless `anySubject` is set, without a face.
 */
export const makePhoto3D: MakePhoto3D = /* @__PURE__ */ photo3DMaker({ createEstimator, createPhoto3D });
