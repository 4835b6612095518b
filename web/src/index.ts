/**
 * The exports of the npm package. The first block is the API of the package depth-estimation of TensorFlow.js; the rest
 * is new.
 *
 * @module portrait-depth
 */

export { createEstimator } from './create_estimator.js';
export { SupportedModels } from './types.js';
export type {
  ARPortraitDepthEstimationConfig,
  ARPortraitDepthModelConfig,
  DepthEstimator,
  DepthEstimatorInput,
  DepthMap,
  EstimationConfig,
  PhotoEstimationConfig,
  ModelConfig,
} from './types.js';

export { PortraitDepthError } from './errors.js';
export type { ErrorCode } from './errors.js';
export { createSegmenter } from './segmenter.js';
export { preload } from './preload.js';
export { cameraPresets } from './photo3d.js';
export { createPhoto3D, makePhoto3D } from './make_photo3d.js';
export { readEmbeddedDepth } from './embedded_depth.js';
export type { CameraPathOptions, CameraPose, CameraPreset } from './camera_path.js';
export type { FilmOptions, FrameSize } from './film_options.js';
export type { LoadOptions, LoadProgress } from './load_options.js';
export type { LongWork } from './long_work.js';
export type {
  BuildPhoto3D,
  CreatePhoto3D,
  MadePhoto3D,
  MakePhoto3D,
  MakePhoto3DOptions,
  OwnDepthOptions,
} from './photo3d_maker.js';
export type { Background, BackgroundKind, Mesh, Photo3D, Photo3DOptions } from './photo3d_types.js';
export { createWorkerClient } from './worker_client.js';
export type { WorkerClient } from './worker_client.js';
export type { WorkerClientOptions } from './worker_start.js';
export type {
  Box,
  DepthModelName,
  DepthSource,
  DepthUnit,
  ExecutionProvider,
  GivenDepth,
  GpuBuffer,
  GpuDevice,
  Intrinsics,
  Mask,
  ModelSource,
  PixelInput,
  RuntimeConfig,
  Segmentation,
  Segmenter,
  SegmenterConfig,
} from './types.js';
export type { AnyTensor, Tensor2D, Tensor3D } from './tensor_types.js';
