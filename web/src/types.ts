// The public types: those of TensorFlow.js' depth-estimation API, and what ours adds.

export enum SupportedModels {
  ARPortraitDepth = 'ARPortraitDepth',
}

/** What we use of a tensor of TensorFlow.js, whose own types fit; so these types do not need that package. */
export interface AnyTensor {
  readonly shape: number[];
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

/** Anything with pixels. A tensor has the shape [height, width, channels], channels 1, 3 or 4, and values 0..255. */
export type PixelInput =
  | AnyTensor
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | ImageBitmap
  | VideoFrame;
export type DepthEstimatorInput = PixelInput;

/** A file of a network: its URL or its bytes. */
export type ModelSource = string | URL | ArrayBuffer | Uint8Array;

/** What runs the networks. */
export type ExecutionProvider = 'webgpu' | 'wasm';

/** Types of WebGPU where the project has them (TypeScript's own, or the package `@webgpu/types`). */
export type GpuDevice = typeof globalThis extends { GPUDevice: { prototype: infer Device } } ? Device : unknown;
export type GpuBuffer = typeof globalThis extends { GPUBuffer: { prototype: infer Buffer } } ? Buffer : unknown;

/** Where the package's files come from, and how networks run. Everything has a default. */
export interface RuntimeConfig {
  /** Folder of the package's `assets`; default: beside the script. Ends with a slash. */
  assetPath?: string;
  /** Folder of ONNX Runtime's files (`ort…` of the package's `assets`); default: `assetPath`. */
  wasmPath?: string;
  /** Default: WebGPU where the browser gives a GPU that is not software, else WebAssembly. */
  executionProvider?: ExecutionProvider;
  /** The WebGPU device to use, so that the page, or TensorFlow.js, can use its depth there. Default: one of our own. */
  gpuDevice?: GpuDevice;
  /**
   * Threads of a network run and of the work on 3D photos. More than one needs a cross-origin isolated page; default: the
   * machine's, at most 4, in such a page. The first call that loads something decides.
   */
  threads?: number;
}

export interface SegmenterConfig extends RuntimeConfig {
  /** The segmentation network that takes 256 x 256 pixels. */
  segmentationModelUrl?: ModelSource;
}

export interface ModelConfig {}

/** As in the C++ library's registry; the second one does a third of the work, and is softer. */
export type DepthModelName = 'ar_portrait_depth' | 'ar_portrait_depth_fast';

export interface ARPortraitDepthModelConfig extends ModelConfig, SegmenterConfig {
  /** One of the package's own depth networks. Default: `ar_portrait_depth`. */
  depthModel?: DepthModelName;
  /** Another depth network, of kind relief; stands in for `depthModel`. */
  depthModelUrl?: ModelSource;
  /** false: the whole picture is taken as the person. */
  segmentation?: boolean;
}

export interface EstimationConfig {
  /** The raw depth, half of the distance in metres, that becomes 0; what is nearer becomes 0 too. */
  minDepth: number;
  /** The raw depth that becomes 1; what is farther becomes 1 too. */
  maxDepth: number;
  /** Mirrors the result, as for a webcam. Default: false. */
  flipHorizontal?: boolean;
}

export interface ARPortraitDepthEstimationConfig extends EstimationConfig {
  /** The camera of the picture; default: a view of 60 degrees along the diagonal. */
  intrinsics?: Pick<Intrinsics, 'fx' | 'fy' | 'cx' | 'cy'>;
  /** Known distance of the head; default: estimated from its size. */
  headDistanceMetres?: number;
  /**
   * Runs the depth network on the mirror image too and takes the mean of both: better on most pictures, for another run.
   * For photos rather than frames. The depth then is not on the GPU. Default: false.
   */
  flipAugmentation?: boolean;
}

/** A pinhole camera, in pixels of a picture of width x height; a pixel's centre lies at +0.5. */
export interface Intrinsics {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
}

export interface DepthMap {
  /** A canvas of the input's size: red is value x 255, green and blue are 0. */
  toCanvasImageSource(): Promise<CanvasImageSource>;
  /** Rows of values 0..1. Smaller is nearer; the background is 0. */
  toArray(): Promise<number[][]>;
  /**
   * Shape [height, width]; `T` is TensorFlow.js' own `Tensor2D` where a project has its types. Needs TensorFlow.js: the global `tf` or the package `@tensorflow/tfjs-core`. Made on the GPU where
   * the depth is there, and TensorFlow.js' backend is `webgpu` on the same device (config: `gpuDevice`).
   */
  toTensor<T extends AnyTensor = AnyTensor>(): Promise<T>;
  /** `tensor`: the depth is on the GPU, and every conversion but gpuBuffer() has to fetch it. `array`: it is here. */
  getUnderlyingType(): 'canvasimagesource' | 'array' | 'tensor';

  readonly width: number;
  readonly height: number;
  /** False where the picture shows nobody: all values are 0 then. */
  readonly personFound: boolean;
  /** Median distance of the head; NaN when nobody was found. */
  readonly headDistanceMetres: number;
  /** The values 0..1, row by row. Not a copy; fetched from the GPU once. */
  values(): Promise<Float32Array>;
  /** Z along the optical axis in metres where mask() > 0, NaN elsewhere. Not a copy; fetched from the GPU once. */
  metres(): Promise<Float32Array>;
  /** 0 is background, 1 is person. Not a copy. */
  mask(): Float32Array;
  intrinsics(): Intrinsics;
  /** Unit normals x, y, z a pixel (x right, y down, z away from the camera); 0, 0, 0 on the background. */
  normals(): Promise<Float32Array>;
  /** The values as float32 in a storage buffer that may be copied from, where the depth is on the GPU; null elsewhere. */
  gpuBuffer(): GpuBuffer | null;
  /** Frees what is on the GPU at once; without it, garbage collection does so some time. */
  dispose(): void;
}

export interface DepthEstimator {
  /** What runs the depth network. */
  readonly executionProvider: ExecutionProvider;
  /** null or undefined as input resets the estimator and gives null. */
  estimateDepth(input: DepthEstimatorInput, estimationConfig?: ARPortraitDepthEstimationConfig): Promise<DepthMap>;
  estimateDepth(input: null | undefined, estimationConfig?: ARPortraitDepthEstimationConfig): Promise<null>;
  /** Forgets what was kept from earlier frames. */
  reset(): void;
  /** Frees the networks. The depth maps that were given live on, those on the GPU too. */
  dispose(): void;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Mask {
  toCanvasImageSource(): Promise<CanvasImageSource>;
  /** The mask x 255 in red, green, blue and alpha. */
  toImageData(): Promise<ImageData>;
  /** Shape [height, width, 4]; `T` is TensorFlow.js' own `Tensor3D` where a project has its types. */
  toTensor<T extends AnyTensor = AnyTensor>(): Promise<T>;
  getUnderlyingType(): 'canvasimagesource' | 'imagedata' | 'tensor';
  /** 0 is background, 1 is person, row by row. Not a copy. */
  values(): Float32Array;
}

export interface Segmentation {
  maskValueToLabel(maskValue: number): string;
  mask: Mask;
  /** The smallest upright box around the person, pixels. */
  box: Box;
  /** Share of the picture that the person covers. */
  coverage: number;
}

export interface Segmenter {
  /** One entry for all people together; none when there is nobody. */
  segmentPeople(input: PixelInput | null | undefined): Promise<Segmentation[]>;
  reset(): void;
  dispose(): void;
}
