// The estimator of the model ARPortraitDepth, in TensorFlow.js' API.

import { abortable, checkNotAborted } from './abort.js';
import { loadCore } from './core_start.js';
import { depthMapWithoutPerson, type PortraitDepthMap } from './depth_map.js';
import { PortraitDepthError } from './errors.js';
import { embeddedDepth } from './embedded_depth.js';
import { Estimation } from './estimation.js';
import { depthRequest, photoRequest, type EstimationRequest } from './estimation_config.js';
import { LazyNetwork } from './lazy_network.js';
import { Network, type NetworkSource } from './network.js';
import { cameraFromExif, withFile } from './photo_exif.js';
import { toPixels, type Pixels } from './pixels.js';
import { SegmentationNetworks } from './segmentation_networks.js';
import type {
  ARPortraitDepthEstimationConfig,
  ARPortraitDepthModelConfig,
  DepthEstimator,
  DepthEstimatorInput,
  DepthMap,
  DepthModelName,
  ExecutionProvider,
  PhotoEstimationConfig,
  RuntimeConfig,
} from './types.js';

const DEPTH_MODELS: readonly DepthModelName[] = ['ar_portrait_depth', 'ar_portrait_depth_fast'];

function depthNetwork({
  depthModelUrl: source,
  depthModel = 'ar_portrait_depth',
}: ARPortraitDepthModelConfig): NetworkSource {
  if (source !== undefined) return { source };
  if (!DEPTH_MODELS.includes(depthModel))
    throw new PortraitDepthError(
      'invalid_argument',
      `The depth model "${depthModel}" is unknown; choose one of ${DEPTH_MODELS.join(', ')}.`,
    );
  return { asset: `${depthModel}.onnx` };
}

/** @internal */
export class ARPortraitDepthEstimator implements DepthEstimator {
  private constructor(
    private readonly estimation: Estimation,
    private readonly network: Network,
    private readonly segmentation: SegmentationNetworks | undefined,
    private readonly face: LazyNetwork,
    private readonly config: RuntimeConfig,
  ) {}

  static async load(config: ARPortraitDepthModelConfig): Promise<ARPortraitDepthEstimator> {
    const from = depthNetwork(config);
    return abortable(
      () => this.loadParts(from, config),
      config.signal,
      (late) => late.dispose(),
    );
  }

  private static async loadParts(from: NetworkSource, config: ARPortraitDepthModelConfig) {
    const network = Network.load(from, 'The depth network', config, { gpuOutputs: ['relief'] });
    const segmentation = config.segmentation === false ? undefined : SegmentationNetworks.load(config);
    try {
      // All three are awaited together, so that no rejection stays unhandled.
      const parts = await Promise.all([loadCore(config), network, segmentation]);
      const estimation = new Estimation(parts[0]);
      const face = new LazyNetwork('face_detection_full_range.onnx', 'The face detector', config);
      return new ARPortraitDepthEstimator(estimation, parts[1], parts[2], face, config);
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
    const request = depthRequest(estimationConfig);
    if (input === null || input === undefined) {
      this.reset();
      return null;
    }
    return this.estimateFrom(input, request);
  }

  async estimatePhoto(input: DepthEstimatorInput, config?: PhotoEstimationConfig): Promise<DepthMap> {
    return this.estimateFrom(input, photoRequest(config));
  }

  private estimateFrom(input: DepthEstimatorInput, request: EstimationRequest): Promise<DepthMap> {
    return abortable(
      async () => {
        const photo = await withFile(input, request, request.signal);
        return this.estimate(await toPixels(photo.input, request.signal), photo.request);
      },
      request.signal,
      (late) => late.dispose(),
    );
  }

  estimate(pixels: Pixels, config: EstimationRequest): Promise<PortraitDepthMap> {
    const { estimation, network, segmentation } = this;
    return estimation.inTurn(async () => {
      checkNotAborted(config.signal);
      estimation.setImage(pixels);
      const warning = await this.chooseDepth(pixels, config);
      checkNotAborted(config.signal);
      if (config.mask !== undefined) estimation.useMask(config.mask);
      else if (segmentation === undefined) estimation.useWholePicture();
      else if (!estimation.useMatte()) await estimation.segment(segmentation);
      checkNotAborted(config.signal);
      if (!estimation.found) return depthMapWithoutPerson(pixels);
      if (config.requireFace === true && segmentation !== undefined) {
        if (!(await estimation.findFace(await this.face.load()))) return depthMapWithoutPerson(pixels, false);
        checkNotAborted(config.signal);
      }
      const completed = await this.withExif(pixels, config);
      checkNotAborted(config.signal);
      const map = await estimation.estimate(network, completed);
      return warning === undefined ? map : map.withWarning(warning);
    });
  }

  /** The config, with the camera and the tilt of the file's EXIF where the caller gives none. */
  private async withExif(pixels: Pixels, config: EstimationRequest): Promise<EstimationRequest> {
    if (config.readExif !== true || config.file === undefined) return config;
    const { intrinsics, tilt } = await cameraFromExif(config.file, pixels, this.config);
    const found = { intrinsics, cameraPitch: tilt?.pitch, cameraRoll: tilt?.roll };
    const used = Object.entries(found).filter(
      ([name, value]) => value !== undefined && config[name as keyof typeof found] === undefined,
    );
    return { ...config, ...Object.fromEntries(used) };
  }

  /**
   * Finds the depth that comes with the picture, and chooses what is used. With `auto`, depth in the file that cannot be
   * read is left out, and the reason is returned.
   */
  private async chooseDepth(pixels: Pixels, config: EstimationRequest): Promise<string | undefined> {
    const { depthSource = 'auto', file, readDepth } = config;
    let given = config.givenDepth;
    let warning: string | undefined;
    if (readDepth === true && file !== undefined) {
      try {
        given = await embeddedDepth(file, async () => (await cameraFromExif(file, pixels, this.config)).intrinsics);
      } catch (error) {
        if (!(error instanceof PortraitDepthError) || depthSource !== 'auto') throw error;
        warning = `${error.message} The network's depth is used.`;
      }
    }
    checkNotAborted(config.signal);
    if (given !== undefined || depthSource !== 'auto') this.estimation.useDepth(given, depthSource);
    return warning;
  }

  reset(): void {} // an estimation keeps no state between frames

  dispose(): void {
    this.network.dispose();
    this.segmentation?.dispose();
    this.face.dispose();
    this.estimation.dispose();
  }
}
