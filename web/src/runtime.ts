// ONNX Runtime: its WebAssembly build is part of this script; the one for WebGPU is fetched where there is a GPU.

import * as webAssemblyBuild from 'onnxruntime-web/wasm';
import { assetUrl } from './assets.js';
import { PortraitDepthError } from './errors.js';
import { threadCount } from './threads.js';
import type { ExecutionProvider, RuntimeConfig } from './types.js';

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

async function fetchGpuBuild(config: RuntimeConfig): Promise<Runtime> {
  const url = assetUrl('ort.jspi.min.mjs', config);
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as Runtime;
  } catch (cause) {
    throw new PortraitDepthError('not_found', `ONNX Runtime for WebGPU could not be loaded from ${url}.`, { cause });
  }
}

/** The build for WebGPU waits for the GPU by JavaScript Promise Integration. */
const canSuspend = () => 'Suspending' in WebAssembly;

interface Adapter {
  info?: { isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
}

async function requestAdapter(): Promise<Adapter | null> {
  const { gpu } = globalThis.navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  if (gpu === undefined || !canSuspend()) return null;
  return gpu.requestAdapter().catch(() => null);
}

/** What the caller wants, or the GPU where there is one that is not software. */
export async function chooseProvider({ executionProvider }: RuntimeConfig): Promise<ExecutionProvider> {
  if (executionProvider === 'wasm') return 'wasm';
  const adapter = await requestAdapter();
  if (executionProvider === 'webgpu') {
    if (adapter !== null) return 'webgpu';
    throw new PortraitDepthError(
      'unsupported',
      'This browser gives no WebGPU; leave `executionProvider` out and WebAssembly takes its place.',
    );
  }
  const software = adapter?.info?.isFallbackAdapter ?? adapter?.isFallbackAdapter ?? false;
  return adapter === null || software ? 'wasm' : 'webgpu';
}
