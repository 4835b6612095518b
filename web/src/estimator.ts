// createEstimator and the estimator of ARPortraitDepth.

import { assetUrl } from './assets.js';
import { loadCore } from './core_start.js';
import { PortraitDepthMap } from './depth_map.js';
import { PortraitDepthError } from './errors.js';
import { Estimation } from './estimation.js';
import { Network } from './network.js';
import { checkNumber } from './option_checks.js';
import { toPixels, type Pixels } from './pixels.js';
import { SegmentationNetworks } from './segmenter.js';
import {
  SupportedModels,
  type ARPortraitDepthEstimationConfig,
  type ARPortraitDepthModelConfig,
  type DepthEstimator,
  type DepthEstimatorInput,
  type DepthMap,
  type DepthModelName,
  type ExecutionProvider,
} from './types.js';

/** @internal Throws with the two messages of TensorFlow.js' API, and for what is no number. */
export function checkEstimationConfig(config: ARPortraitDepthEstimationConfig | undefined) {
  // The core counts in float32; a limit that is not finite there is none.
  const missing = (limit: number | null | undefined) =>
    limit === null || limit === undefined || (typeof limit === 'number' && !Number.isFinite(Math.fround(limit)));
  if (config === undefined || config === null || missing(config.minDepth) || missing(config.maxDepth))
    throw new Error('An estimation config with minDepth and maxDepth set must be provided.');
  for (const name of ['minDepth', 'maxDepth'] as const) checkNumber(name, config[name]);
  if (config.minDepth > config.maxDepth) throw new Error('minDepth must be <= maxDepth.');
  return config;
}

/** @internal Throws with the message of TensorFlow.js' API. */
export function checkModel(model: SupportedModels): void {
  if (model !== SupportedModels.ARPortraitDepth) throw new Error(`${model} is not a supported model name.`);
}

/** What the API gives for a picture without a person: background everywhere. */
function nobody({ width, height }: Pixels): PortraitDepthMap {
  const none = NaN;
  const facts = {
    width,
    height,
    mask: new Float32Array(width * height),
    intrinsics: { fx: none, fy: none, cx: none, cy: none, width, height },
    headDistanceMetres: NaN,
    personFound: false,
  };
  const planes = {
    values: new Float32Array(width * height),
    metres: new Float32Array(width * height).fill(NaN),
  };
  return new PortraitDepthMap(facts, planes);
}

const DEPTH_MODELS: readonly DepthModelName[] = ['ar_portrait_depth', 'ar_portrait_depth_fast'];

function ownDepthModel(config: ARPortraitDepthModelConfig): string {
  const { depthModel = 'ar_portrait_depth' } = config;
  if (!DEPTH_MODELS.includes(depthModel))
    throw new PortraitDepthError(
      'invalid_argument',
      `No depth model is named "${depthModel}"; known are ${DEPTH_MODELS.join(', ')}.`,
    );
  return assetUrl(`${depthModel}.onnx`, config);
}

/** @internal */
export class ARPortraitDepthEstimator implements DepthEstimator {
  private constructor(
    private readonly estimation: Estimation,
    private readonly network: Network,
    private readonly segmentation: SegmentationNetworks | undefined,
  ) {}

  static async load(config: ARPortraitDepthModelConfig): Promise<ARPortraitDepthEstimator> {
    const source = config.depthModelUrl ?? ownDepthModel(config);
    const network = Network.load(source, 'The depth network', config, { gpuOutputs: ['relief'] });
    const segmentation = config.segmentation === false ? undefined : SegmentationNetworks.load(config);
    try {
      // All at once, so that none fails unheard.
      const parts = await Promise.all([loadCore(config), network, segmentation]);
      return new ARPortraitDepthEstimator(new Estimation(parts[0]), parts[1], parts[2]);
    } catch (error) {
      for (const part of [network, segmentation]) part?.then((loaded) => loaded.dispose()).catch(() => undefined);
      throw error;
    }
  }

  get executionProvider(): ExecutionProvider {
    return this.network.executionProvider;
  }

  estimateDepth(input: DepthEstimatorInput, estimationConfig?: ARPortraitDepthEstimationConfig): Promise<DepthMap>;
  estimateDepth(input: null | undefined, estimationConfig?: ARPortraitDepthEstimationConfig): Promise<null>;
  async estimateDepth(
    input: DepthEstimatorInput | null | undefined,
    estimationConfig?: ARPortraitDepthEstimationConfig,
  ): Promise<DepthMap | null> {
    const config = checkEstimationConfig(estimationConfig);
    if (input === null || input === undefined) {
      this.reset();
      return null;
    }
    return this.estimate(await toPixels(input), config);
  }

  estimate(pixels: Pixels, config: ARPortraitDepthEstimationConfig): Promise<PortraitDepthMap> {
    const { estimation, network, segmentation } = this;
    return estimation.inTurn(async () => {
      estimation.setImage(pixels);
      if (segmentation === undefined) estimation.useWholePicture();
      else await estimation.segment(segmentation);
      return estimation.found ? estimation.estimate(network, config) : nobody(pixels);
    });
  }

  reset(): void {} // nothing is kept from frame to frame

  dispose(): void {
    this.network.dispose();
    this.segmentation?.dispose();
    this.estimation.dispose();
  }
}

export async function createEstimator(
  model: SupportedModels,
  modelConfig?: ARPortraitDepthModelConfig,
): Promise<DepthEstimator> {
  checkModel(model);
  return ARPortraitDepthEstimator.load(modelConfig ?? {});
}
