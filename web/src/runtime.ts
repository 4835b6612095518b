// ONNX Runtime: its build for WebAssembly or for WebGPU is loaded with the first network.

import type * as OnnxRuntime from 'onnxruntime-web/wasm';
import { assetUrl } from './assets.js';
import { PortraitDepthError } from './errors.js';
import { importScript, loadBytes } from './file_loading.js';
import { SharedLoad } from './shared_load.js';
import { threadCount } from './threads.js';
import type { ExecutionProvider, GpuDevice, RuntimeConfig } from './types.js';

export type Runtime = typeof OnnxRuntime;

/** The runtimes by provider: ONNX Runtime reads its settings once, before the first network. */
const runtimes: Record<ExecutionProvider, SharedLoad<Runtime>> = { wasm: new SharedLoad(), webgpu: new SharedLoad() };

export function startRuntime(provider: ExecutionProvider, config: RuntimeConfig): Promise<Runtime> {
  return runtimes[provider].get((load) => loadRuntime(provider, { ...config, ...load }), config);
}

const FILES = {
  wasm: {
    script: 'ort.wasm.min.mjs',
    mjs: 'ort-wasm-simd-threaded.mjs',
    wasm: 'ort-wasm-simd-threaded.wasm',
  },
  webgpu: {
    script: 'ort.jspi.min.mjs',
    mjs: 'ort-wasm-simd-threaded.jspi.mjs',
    wasm: 'ort-wasm-simd-threaded.jspi.wasm',
  },
} as const;
const NAME = 'ONNX Runtime';

async function loadRuntime(provider: ExecutionProvider, config: RuntimeConfig): Promise<Runtime> {
  const { script, mjs, wasm } = FILES[provider];
  const [ort, wasmBinary] = await Promise.all([
    importScript<Runtime>(assetUrl(script, config), NAME),
    loadBytes({ url: assetUrl(wasm, config), name: NAME, asset: wasm }, config),
  ]);
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threadCount(config);
  ort.env.wasm.wasmPaths = { mjs: assetUrl(mjs, config) };
  ort.env.wasm.wasmBinary = wasmBinary;
  return ort;
}

/** The WebGPU build needs JavaScript Promise Integration. */
const canSuspend = () => 'Suspending' in WebAssembly;

/** The provider of the networks and its device. */
export interface Engine {
  provider: ExecutionProvider;
  /** Set for `webgpu`. */
  device?: GpuDevice;
}

/** Optional features that make networks faster. */
const FEATURES = ['shader-f16', 'subgroups'];
const LIMITS = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

let sharedDevice: Promise<GPUDevice> | undefined;

/** The only device of this thread; the next call replaces a lost one. */
function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  if (sharedDevice === undefined) {
    sharedDevice = adapter.requestDevice({
      requiredFeatures: FEATURES.filter((name) => adapter.features.has(name)) as GPUFeatureName[],
      requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
    });
    const forget = () => (sharedDevice = undefined);
    sharedDevice.then((device) => device.lost).then(forget, forget);
  }
  return sharedDevice;
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  const { gpu } = globalThis.navigator as { gpu?: GPU };
  if (gpu === undefined || !canSuspend()) return null;
  return gpu.requestAdapter().catch(() => null);
}

/** Browsers have the flag in one of two places. */
function isSoftware(adapter: GPUAdapter): boolean {
  const { info, isFallbackAdapter } = adapter as GPUAdapter & { info?: { isFallbackAdapter?: boolean } };
  return info?.isFallbackAdapter ?? isFallbackAdapter ?? false;
}

const PROVIDERS: readonly ExecutionProvider[] = ['webgpu', 'wasm'];

/** The engine that the caller requests, or else a hardware GPU if there is one. */
export async function chooseEngine({ executionProvider, gpuDevice }: RuntimeConfig): Promise<Engine> {
  if (executionProvider !== undefined && !PROVIDERS.includes(executionProvider))
    throw new PortraitDepthError(
      'invalid_argument',
      `The execution provider "${String(executionProvider)}" is unknown; choose one of ${PROVIDERS.join(', ')}.`,
    );
  if (executionProvider === 'wasm') return { provider: 'wasm' };
  if (gpuDevice !== undefined && canSuspend()) return { provider: 'webgpu', device: gpuDevice };
  const adapter = await requestAdapter();
  if (executionProvider === 'webgpu' && adapter === null)
    throw new PortraitDepthError(
      'unsupported',
      'This browser has no WebGPU; remove `executionProvider` to use WebAssembly.',
    );
  if (adapter === null || (executionProvider !== 'webgpu' && isSoftware(adapter))) return { provider: 'wasm' };
  return { provider: 'webgpu', device: await openDevice(adapter) };
}
