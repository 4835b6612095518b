// The default addresses of the package's files: beside the script. In the worker, sent_addresses.ts stands in for this file.

import type { Asset } from './asset_names.js';

/**
 * Bundlers find and copy each file by its own `new URL`. In the script-tag build, import.meta.url is the script's
 * address.
 */
export function defaultAddress(asset: Asset): string {
  switch (asset) {
    case 'portrait_depth_core.wasm':
      return new URL(/* @vite-ignore */ './assets/portrait_depth_core.wasm', import.meta.url).href;
    case 'portrait_depth_core_threads.mjs':
      return new URL(/* @vite-ignore */ './assets/portrait_depth_core_threads.mjs', import.meta.url).href;
    case 'portrait_depth_core_threads.wasm':
      return new URL(/* @vite-ignore */ './assets/portrait_depth_core_threads.wasm', import.meta.url).href;
    case 'ort.wasm.min.mjs':
      return new URL(/* @vite-ignore */ './assets/ort.wasm.min.mjs', import.meta.url).href;
    case 'ort-wasm-simd-threaded.mjs':
      return new URL(/* @vite-ignore */ './assets/ort-wasm-simd-threaded.mjs', import.meta.url).href;
    case 'ort-wasm-simd-threaded.wasm':
      return new URL(/* @vite-ignore */ './assets/ort-wasm-simd-threaded.wasm', import.meta.url).href;
    case 'ort.jspi.min.mjs':
      return new URL(/* @vite-ignore */ './assets/ort.jspi.min.mjs', import.meta.url).href;
    case 'ort-wasm-simd-threaded.jspi.mjs':
      return new URL(/* @vite-ignore */ './assets/ort-wasm-simd-threaded.jspi.mjs', import.meta.url).href;
    case 'ort-wasm-simd-threaded.jspi.wasm':
      return new URL(/* @vite-ignore */ './assets/ort-wasm-simd-threaded.jspi.wasm', import.meta.url).href;
    case 'ar_portrait_depth.onnx':
      return new URL(/* @vite-ignore */ './assets/ar_portrait_depth.onnx', import.meta.url).href;
    case 'ar_portrait_depth_fast.onnx':
      return new URL(/* @vite-ignore */ './assets/ar_portrait_depth_fast.onnx', import.meta.url).href;
    case 'selfie_segmentation.onnx':
      return new URL(/* @vite-ignore */ './assets/selfie_segmentation.onnx', import.meta.url).href;
    case 'selfie_segmentation_landscape.onnx':
      return new URL(/* @vite-ignore */ './assets/selfie_segmentation_landscape.onnx', import.meta.url).href;
    case 'face_detection_full_range.onnx':
      return new URL(/* @vite-ignore */ './assets/face_detection_full_range.onnx', import.meta.url).href;
    case 'exifr.lite.mjs':
      return new URL(/* @vite-ignore */ './assets/exifr.lite.mjs', import.meta.url).href;
  }
}
