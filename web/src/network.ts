// A network in ONNX Runtime's WebAssembly build.

import * as ort from 'onnxruntime-web/wasm';
import { assetUrl } from './assets.js';
import { PortraitDepthError } from './errors.js';
import { fetchBytes } from './fetch_bytes.js';
import type { ModelSource, RuntimeConfig } from './types.js';

/** float32 values, row-major. */
export interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

let configured = false;

/** ONNX Runtime reads its settings once, before the first network. */
function configureRuntime(config: RuntimeConfig): void {
  if (configured) return;
  configured = true;
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? (config.threads ?? 1) : 1;
  ort.env.wasm.wasmPaths = {
    mjs: assetUrl('ort-wasm-simd-threaded.mjs', config),
    wasm: assetUrl('ort-wasm-simd-threaded.wasm', config),
  };
}

// ONNX Runtime's WebAssembly build runs one thing at a time; callers need not know.
let queue: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = queue.then(work);
  queue = result.catch(() => undefined);
  return result;
}

export class Network {
  private constructor(
    private session: ort.InferenceSession | undefined,
    readonly name: string,
  ) {}

  /** Throws PortraitDepthError when the file is missing or is no network. */
  static async load(source: ModelSource, name: string, config: RuntimeConfig): Promise<Network> {
    configureRuntime(config);
    const bytes =
      typeof source === 'string' || source instanceof URL
        ? await fetchBytes(source, name)
        : new Uint8Array(source as ArrayBuffer);
    return inTurn(async () => {
      try {
        const session = await ort.InferenceSession.create(bytes, {
          executionProviders: ['wasm'],
          graphOptimizationLevel: 'all',
        });
        return new Network(session, name);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new PortraitDepthError('unreadable', `${name} could not be started: ${reason}`, { cause });
      }
    });
  }

  /** The network's one input in, its outputs by name out. */
  run(input: Tensor): Promise<Record<string, Tensor>> {
    return inTurn(async () => {
      const session = this.session;
      if (session === undefined)
        throw new PortraitDepthError('invalid_argument', 'This estimator was disposed of; create a new one.');
      const feed = new ort.Tensor('float32', input.data, [...input.dims]);
      const results = await session.run({ [session.inputNames[0]!]: feed });
      return Object.fromEntries(
        Object.entries(results).map(([output, { data, dims }]) => [output, { data: data as Float32Array, dims }]),
      );
    });
  }

  dispose(): void {
    const session = this.session;
    this.session = undefined;
    if (session !== undefined) void inTurn(() => session.release());
  }
}
