// The script-tag build: the globals `depthEstimation` (the names of TensorFlow.js' API) and `portraitDepth` (all).

import * as portraitDepth from './index.js';

const { createEstimator, SupportedModels } = portraitDepth;
Object.assign(globalThis, { portraitDepth, depthEstimation: { createEstimator, SupportedModels } });
