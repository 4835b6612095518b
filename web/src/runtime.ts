// ONNX Runtime: its WebAssembly build is part of this script; the one for WebGPU is fetched where there is a GPU.

import * as webAssemblyBuild from 'onnxruntime-web/wasm';
import { assetUrl } from './assets.js';
import { PortraitDepthError } from './errors.js';
import { importScript } from './fetch_bytes.js';
import { threadCount } from './threads.js';
import type { ExecutionProvider, GpuDevice, RuntimeConfig } from './types.js';

export type Runtime = typeof webAssemblyBuild;

/** ONNX Runtime reads its settings once, before the first network. */
const started = new Map<ExecutionProvider, Promise<Runtime>>();

export function startRuntime(provider: ExecutionProvider, config: RuntimeConfig): Promise<Runtime> {
  const known = started.get(provider);
  if (known !== undefined) return known;
  const runtime = provider === 'wasm' ? Promise.resolve(webAssemblyBuild) : fetchGpuBuild(config);
  const configured = runtime.then((ort) => configure(ort, provider, config));
  started.set(provider, configured);
  configured.catch(() => started.delete(provider));
  return configured;
}

function configure(ort: Runtime, provider: ExecutionProvider, config: RuntimeConfig): Runtime {
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threadCount(config);
  ort.env.wasm.wasmPaths =
    provider === 'wasm'
      ? {
          mjs: assetUrl('ort-wasm-simd-threaded.mjs', config),
          wasm: assetUrl('ort-wasm-simd-threaded.wasm', config),
        }
      : {
          mjs: assetUrl('ort-wasm-simd-threaded.jspi.mjs', config),
          wasm: assetUrl('ort-wasm-simd-threaded.jspi.wasm', config),
        };
  return ort;
}

const fetchGpuBuild = (config: RuntimeConfig) =>
  importScript<Runtime>(assetUrl('ort.jspi.min.mjs', config), 'ONNX Runtime for WebGPU');

/** The build for WebGPU waits for the GPU by JavaScript Promise Integration. */
const canSuspend = () => 'Suspending' in WebAssembly;

/** What runs networks. */
export interface Engine {
  provider: ExecutionProvider;
  /** Of WebGPU. */
  device?: GpuDevice;
}

/** What networks and our own shaders profit from, where the adapter has it. */
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

/** The thread's one device; a lost one is replaced at the next call. */
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

/** Known by either name, new or old. */
function isSoftware(adapter: GPUAdapter): boolean {
  const { info, isFallbackAdapter } = adapter as GPUAdapter & { info?: { isFallbackAdapter?: boolean } };
  return info?.isFallbackAdapter ?? isFallbackAdapter ?? false;
}

const PROVIDERS: readonly ExecutionProvider[] = ['webgpu', 'wasm'];

/** What the caller wants, or the GPU where there is one that is not software. */
export async function chooseEngine({ executionProvider, gpuDevice }: RuntimeConfig): Promise<Engine> {
  if (executionProvider !== undefined && !PROVIDERS.includes(executionProvider))
    throw new PortraitDepthError(
      'invalid_argument',
      `No execution provider is named "${String(executionProvider)}"; there are ${PROVIDERS.join(', ')}.`,
    );
  if (executionProvider === 'wasm') return { provider: 'wasm' };
  if (gpuDevice !== undefined && canSuspend()) return { provider: 'webgpu', device: gpuDevice };
  const adapter = await requestAdapter();
  if (executionProvider === 'webgpu' && adapter === null)
    throw new PortraitDepthError(
      'unsupported',
      'This browser gives no WebGPU; leave `executionProvider` out and WebAssembly takes its place.',
    );
  if (adapter === null || (executionProvider !== 'webgpu' && isSoftware(adapter))) return { provider: 'wasm' };
  return { provider: 'webgpu', device: await openDevice(adapter) };
}
