// The package. The first block is TensorFlow.js' depth-estimation API, the rest is ours.

export { createEstimator } from './estimator.js';
export { SupportedModels } from './types.js';
export type {
  ARPortraitDepthEstimationConfig,
  ARPortraitDepthModelConfig,
  DepthEstimator,
  DepthEstimatorInput,
  DepthMap,
  EstimationConfig,
  ModelConfig,
} from './types.js';

export { PortraitDepthError } from './errors.js';
export type { ErrorCode } from './errors.js';
export { createSegmenter } from './segmenter.js';
export { cameraPresets, createPhoto3D } from './photo3d.js';
export type {
  Background,
  BackgroundKind,
  CameraPathOptions,
  CameraPose,
  CameraPreset,
  FilmOptions,
  FrameSize,
  LongWork,
  Mesh,
  Photo3D,
  Photo3DOptions,
} from './photo3d.js';
export { createWorkerClient } from './worker_client.js';
export type { WorkerClient, WorkerClientOptions } from './worker_client.js';
export type {
  Box,
  DepthModelName,
  ExecutionProvider,
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
  AnyTensor,
} from './types.js';
