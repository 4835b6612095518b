// Checks of the arguments that TensorFlow.js' API defines.

import { PortraitDepthError } from './errors.js';
import { checkDepthSource, checkGivenDepth } from './given_depth.js';
import { checkFinite, checkNumber } from './option_checks.js';
import { SupportedModels, type ARPortraitDepthEstimationConfig, type PhotoEstimationConfig } from './types.js';

/** @internal Throws the two messages of TensorFlow.js' API, and a PortraitDepthError for a limit of another type. */
export function checkEstimationConfig(config: ARPortraitDepthEstimationConfig | undefined) {
  // The core computes in float32: a limit beyond its range counts as missing.
  const isMissing = (limit: number | null | undefined) =>
    limit === null || limit === undefined || (typeof limit === 'number' && !Number.isFinite(Math.fround(limit)));
  if (config === undefined || config === null || isMissing(config.minDepth) || isMissing(config.maxDepth))
    throw new Error('An estimation config with minDepth and maxDepth set must be provided.');
  for (const name of ['minDepth', 'maxDepth'] as const) checkNumber(name, config[name]);
  if (config.minDepth > config.maxDepth) throw new Error('minDepth must be <= maxDepth.');
  return config;
}

/** @internal The options of one estimation. NaN as limits: the limits follow the person. */
export interface EstimationRequest extends ARPortraitDepthEstimationConfig {
  mask?: Float32Array;
  /** The person must show a face. */
  requireFace?: boolean;
  /** A second look at the head, where a face was found. */
  headPass?: boolean;
  /** Camera and tilt come from the EXIF of the picture's file, where the config lacks them. */
  readExif?: boolean;
  /** The depth inside the picture's file may be used. */
  readDepth?: boolean;
  /** The picture's file, for its EXIF and the depth inside. */
  file?: Blob;
}

/** Throws PortraitDepthError for options of a wrong type. */
function withDepth<Request extends EstimationRequest>(request: Request): Request {
  const { givenDepth, depthSource } = request;
  checkDepthSource(depthSource);
  if (givenDepth !== undefined) checkGivenDepth(givenDepth);
  for (const name of ['cameraPitch', 'cameraRoll'] as const)
    if (request[name] !== undefined) checkFinite(name, request[name]);
  return { ...request, readDepth: givenDepth === undefined && depthSource !== 'network' };
}

/** @internal The request of estimateDepth. Throws like checkEstimationConfig. */
export function depthRequest(config: ARPortraitDepthEstimationConfig | undefined): EstimationRequest {
  return withDepth(checkEstimationConfig(config));
}

/** @internal The request of estimatePhoto, with the command's defaults. Throws like checkEstimationConfig. */
export function photoRequest(config: PhotoEstimationConfig = {}): EstimationRequest {
  const { minDepth, maxDepth, anySubject = false, flipAugmentation = true, headPass = true, ...rest } = config;
  const limits =
    minDepth === undefined && maxDepth === undefined
      ? { minDepth: NaN, maxDepth: NaN }
      : checkEstimationConfig({ minDepth: minDepth!, maxDepth: maxDepth! });
  if (rest.mask !== undefined && !(rest.mask instanceof Float32Array))
    throw new PortraitDepthError('invalid_argument', 'The mask must be a Float32Array with one value per pixel.');
  const readExif = [rest.intrinsics, rest.cameraPitch, rest.cameraRoll].includes(undefined);
  const requireFace = !anySubject && rest.mask === undefined;
  return withDepth({ ...rest, ...limits, flipAugmentation, headPass, requireFace, readExif });
}

/** @internal Throws the message of TensorFlow.js' API. */
export function checkModel(model: SupportedModels): void {
  if (model !== SupportedModels.ARPortraitDepth) throw new Error(`${model} is not a supported model name.`);
}
