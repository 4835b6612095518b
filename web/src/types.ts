// The public types of estimation and segmentation: those of TensorFlow.js' depth-estimation API, and additions.

import type { LoadOptions } from './load_options.js';
import type { AnyTensor, Tensor2D, Tensor3D } from './tensor_types.js';

export enum SupportedModels {
  ARPortraitDepth = 'ARPortraitDepth',
}

/**
 * A picture in sRGB; a string or URL is the address of a file, a Blob or File is its content. A tensor has the shape [height, width, channels], 1, 3 or 4 channels, and values 0..255.
 */
export type PixelInput =
  | string
  | URL
  | Blob
  | AnyTensor
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | ImageBitmap
  | VideoFrame;
export type DepthEstimatorInput = PixelInput;

/** An ONNX file: its URL or its bytes. */
export type ModelSource = string | URL | ArrayBuffer | Uint8Array;

/** The way in which networks run: on the GPU, or in WebAssembly on the CPU. */
export type ExecutionProvider = 'webgpu' | 'wasm';

/** WebGPU's types if the project has them (from TypeScript, or from the package `@webgpu/types`), else `unknown`. */
export type GpuDevice = typeof globalThis extends { GPUDevice: { prototype: infer Device } } ? Device : unknown;
export type GpuBuffer = typeof globalThis extends { GPUBuffer: { prototype: infer Buffer } } ? Buffer : unknown;

/** Addresses of the package's files, and the way in which networks run. Everything has a default. */
export interface RuntimeConfig extends LoadOptions {
  /** Folder of the package's `assets`, with a slash at the end; default: beside the script. */
  assetPath?: string;
  /** Folder of ONNX Runtime's files (`ort…` of the package's `assets`); default: `assetPath`. */
  wasmPath?: string;
  /** Default: WebGPU if the browser has a hardware GPU, else WebAssembly. */
  executionProvider?: ExecutionProvider;
  /** The WebGPU device of the page or of TensorFlow.js, which then can use the depth on the GPU. Default: a new one. */
  gpuDevice?: GpuDevice;
  /**
   * Threads of networks and of 3D photos. More than one needs a cross-origin isolated page, where the default is the
   * number of the machine's processors, at most 4. The first call that loads a file decides.
   */
  threads?: number;
}

export interface SegmenterConfig extends RuntimeConfig {
  /** The segmentation network that takes 256 x 256 pixels. */
  segmentationModelUrl?: ModelSource;
}

export interface ModelConfig {}

/** A depth network by its name in the C++ registry; `ar_portrait_depth_fast` does a third of the work and is softer. */
export type DepthModelName = 'ar_portrait_depth' | 'ar_portrait_depth_fast';

export interface ARPortraitDepthModelConfig extends ModelConfig, SegmenterConfig {
  /** One of the package's own depth networks. Default: `ar_portrait_depth`. */
  depthModel?: DepthModelName;
  /** Another depth network of kind relief, instead of `depthModel`. */
  depthModelUrl?: ModelSource;
  /** false uses the whole picture as the person. Default: true. */
  segmentation?: boolean;
}

/**
 * The origin of a photo's depth. `sensor`: the depth map inside the photo, or `givenDepth`. `network`: the depth network.
 * `fused`: metres and large shape of the map, edges and the rest of the network. `auto`: `fused` for a measured map,
 * `sensor` for another one, `network` without a map.
 */
export type DepthSource = 'auto' | 'sensor' | 'network' | 'fused';

/** `metres`: Z along the optical axis. `relative`: even steps in Z. `disparity`: even steps in 1/Z. The network gives the last two their scale. */
export type DepthUnit = 'metres' | 'relative' | 'disparity';

/** A depth map that comes with a photo: the caller's own, or the one inside a file (see readEmbeddedDepth). */
export interface GivenDepth {
  /** Of the whole photo, upright, row by row, at a size of its own with the photo's shape. 0, NaN and infinity are holes. */
  depth: Float32Array;
  width: number;
  height: number;
  /** Default: `metres`. */
  unit?: DepthUnit;
  /** The gray of the nearest values of a map that is not in metres: black is the smallest value. Default: found by comparison with the network. */
  near?: 'black' | 'white';
  /** A sensor's map: it has noise and holes, and takes thin parts of the person for the wall. Default: false. */
  isMeasured?: boolean;
  /** The person, 0..1, row by row, at a size of its own; it replaces the segmentation. */
  matte?: { values: Float32Array; width: number; height: number };
  /** The camera, in pixels of the map. */
  intrinsics?: Pick<Intrinsics, 'fx' | 'fy' | 'cx' | 'cy'>;
}

export interface EstimationConfig {
  /** The raw depth (half of the distance in metres) that becomes 0; nearer values become 0 too. */
  minDepth: number;
  /** The raw depth that becomes 1; farther values become 1 too. */
  maxDepth: number;
  /** Mirrors the result, for example for a webcam. Default: false. */
  flipHorizontal?: boolean;
}

export interface ARPortraitDepthEstimationConfig extends EstimationConfig {
  /** The picture's camera, in pixels; default: field of view and distance by a prior over portraits. */
  intrinsics?: Pick<Intrinsics, 'fx' | 'fy' | 'cx' | 'cy'>;
  /** The head's distance in metres; default: from the estimated size and the camera. */
  headDistanceMetres?: number;
  /**
   * The pitch of the camera's axis above the horizon in radians, -π/2 to π/2, negative if it looks down. The network
   * corrects the person's slope by it. Default: unknown; for estimatePhoto, from the EXIF of an iPhone's photo.
   */
  cameraPitch?: number;
  /** The camera's turn about its axis in radians, -π to π, clockwise as the photographer sees it. Default: 0, or from EXIF. */
  cameraRoll?: number;
  /**
   * Flip augmentation: the mean of the network's results for the picture and for its mirror image. It doubles the
   * network's time and is better on most pictures, so it suits photos. The depth is not on the GPU. Default: false.
   */
  flipAugmentation?: boolean;
  /** Default: `auto`. Depth inside a photo is read from addresses, Blobs and Files. */
  depthSource?: DepthSource;
  /** A depth map of the photo, instead of the one inside the file. */
  givenDepth?: GivenDepth;
  /** When it aborts, the estimation rejects with a PortraitDepthError of code `stopped`. */
  signal?: AbortSignal | undefined;
}

/** The options of estimatePhoto. The defaults are those of the command. */
export interface PhotoEstimationConfig extends Omit<ARPortraitDepthEstimationConfig, 'minDepth' | 'maxDepth'> {
  /** As for estimateDepth, both or none. Default: the person spans 0.1 to 1. */
  minDepth?: number;
  maxDepth?: number;
  /** Default here: true. */
  flipAugmentation?: boolean;
  /**
   * Runs the network on a crop of the head too, and blends that into the person's depth: heads are finer and more often
   * right, for another run of the network. Only where a face was found. Default: true.
   */
  headPass?: boolean;
  /** The person, 0..1, row by row, of the picture's size, instead of the segmentation. No face is then required. */
  mask?: Float32Array;
  /** Accepts a subject without a visible face: people from behind, animals, things. Default: false. */
  anySubject?: boolean;
}

/** A pinhole camera, in pixels of a picture of width x height; a pixel's center lies at +0.5. */
export interface Intrinsics {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
}

export interface DepthMap {
  /** A canvas of the input's size: red is the value x 255, green and blue are 0. */
  toCanvasImageSource(): Promise<CanvasImageSource>;
  /**
   * A gray PNG of 16 bits, stretched to the person and linear in metres: 65535 at the person's nearest pixel, 1 at the
   * farthest, 0 on the background.
   */
  toBlob(type?: 'image/png'): Promise<Blob>;
  /** Rows of values 0..1. Smaller is nearer; the background is 0. */
  toArray(): Promise<number[][]>;
  /**
   * The values as float32 of shape [height, width]. Each call returns the same tensor, which the caller owns; a call
   * after its disposal makes a new one. Needs TensorFlow.js: the global `tf` or the package `@tensorflow/tfjs-core`. The
   * values stay on the GPU if TensorFlow.js' backend is `webgpu` on the same device (config: `gpuDevice`).
   */
  toTensor(): Promise<Tensor2D>;
  /** For callers with tensor types of their own. */
  toTensor<T extends AnyTensor>(): Promise<T>;
  /** `tensor`: the depth is on the GPU, and every conversion except gpuBuffer() copies it to memory. `array`: it is in memory. */
  getUnderlyingType(): 'canvasimagesource' | 'array' | 'tensor';

  readonly width: number;
  readonly height: number;
  /** False for a picture without a person, whose values are all 0. */
  readonly personFound: boolean;
  /**
   * Whether the person shows a face; only estimatePhoto determines it, unless it accepts any subject or has a mask. If
   * it is false, `personFound` is false too.
   */
  readonly faceFound?: boolean | undefined;
  /** The origin of the depth. */
  readonly depthSource: Exclude<DepthSource, 'auto'>;
  /** The reason why depth that comes with the photo is left out, or a doubt about it, with a way out; undefined: none. */
  readonly depthWarning?: string | undefined;
  /** Median distance of the head; NaN without a person. */
  readonly headDistanceMetres: number;
  /** The values 0..1, row by row. The depth map owns the array, and copies it from the GPU once. */
  values(): Promise<Float32Array>;
  /** Z along the optical axis in metres where mask() > 0, else NaN. The depth map owns the array. */
  metres(): Promise<Float32Array>;
  /** 0 is background, 1 is person, row by row. The depth map owns the array. */
  mask(): Float32Array;
  intrinsics(): Intrinsics;
  /** A unit normal x, y, z for each pixel (x right, y down, z away from the camera); 0, 0, 0 on the background. */
  normals(): Promise<Float32Array>;
  /** The values as float32 in a storage buffer with COPY_SRC if the depth is on the GPU, else null. */
  gpuBuffer(): GpuBuffer | null;
  /** Frees the buffers on the GPU at once; otherwise garbage collection frees them later. */
  dispose(): void;
}

export interface DepthEstimator {
  /** The way in which the depth network runs. */
  readonly executionProvider: ExecutionProvider;
  /** null or undefined as input resets the estimator and returns null. */
  estimateDepth(input: DepthEstimatorInput, estimationConfig?: ARPortraitDepthEstimationConfig): Promise<DepthMap>;
  estimateDepth(input: null | undefined, estimationConfig?: ARPortraitDepthEstimationConfig): Promise<null>;
  /**
   * The depth of one photo as the command computes it: segmentation, face check, flip augmentation, limits that follow
   * the person, the depth inside the file, and without `intrinsics` the camera of the file's EXIF. Both are read from
   * addresses, Blobs and Files in JPEG, HEIC and AVIF. The first call that needs the face detector (2 MB) or the EXIF reader (45 kB) loads it.
   */
  estimatePhoto(input: DepthEstimatorInput, config?: PhotoEstimationConfig): Promise<DepthMap>;
  /** Part of TensorFlow.js' API; an estimator keeps no state between frames. */
  reset(): void;
  /** Frees the networks. Depth maps stay valid, on the GPU too. */
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
  /** The bytes of toImageData() as int32 of shape [height, width, 4]; each call returns the same tensor, as in DepthMap. */
  toTensor(): Promise<Tensor3D>;
  /** For callers with tensor types of their own. */
  toTensor<T extends AnyTensor>(): Promise<T>;
  getUnderlyingType(): 'canvasimagesource' | 'imagedata' | 'tensor';
  /** 0 is background, 1 is person, row by row. The mask owns the array. */
  values(): Float32Array;
}

export interface Segmentation {
  maskValueToLabel(maskValue: number): string;
  mask: Mask;
  /** The smallest upright box around the person, pixels. */
  box: Box;
  /** The person's share of the picture's area, 0..1. */
  coverage: number;
}

export interface Segmenter {
  /** One entry for all people together; an empty list for a picture without people. */
  segmentPeople(input: PixelInput | null | undefined): Promise<Segmentation[]>;
  reset(): void;
  dispose(): void;
}
