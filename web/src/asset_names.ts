// The names of the package's files that networks, photos and 3D photos need.

export const ASSETS = [
  'portrait_depth_core.wasm',
  'portrait_depth_core_threads.mjs',
  'portrait_depth_core_threads.wasm',
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort.jspi.min.mjs',
  'ort-wasm-simd-threaded.jspi.mjs',
  'ort-wasm-simd-threaded.jspi.wasm',
  'ar_portrait_depth.onnx',
  'ar_portrait_depth_fast.onnx',
  'selfie_segmentation.onnx',
  'selfie_segmentation_landscape.onnx',
  'face_detection_full_range.onnx',
  'exifr.lite.mjs',
] as const;

export type Asset = (typeof ASSETS)[number];
