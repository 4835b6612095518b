// createEstimator of TensorFlow.js' API.

import { checkModel } from './estimation_config.js';
import { loadEstimator } from './preload.js';
import type { ARPortraitDepthModelConfig, DepthEstimator, SupportedModels } from './types.js';

export async function createEstimator(
  model: SupportedModels,
  modelConfig?: ARPortraitDepthModelConfig,
): Promise<DepthEstimator> {
  checkModel(model);
  return loadEstimator(modelConfig ?? {});
}
