// A network in ONNX Runtime, on the GPU or in WebAssembly.

import type { InferenceSession } from 'onnxruntime-web';
import { PortraitDepthError } from './errors.js';
import { fetchBytes } from './fetch_bytes.js';
import { chooseProvider, startRuntime, type Runtime } from './runtime.js';
import type { ExecutionProvider, ModelSource, RuntimeConfig } from './types.js';

/** float32 values, row-major. */
export interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

// ONNX Runtime runs one thing at a time; callers need not know.
let queue: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = queue.then(work);
  queue = result.catch(() => undefined);
  return result;
}

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

interface Started {
  ort: Runtime;
  session: InferenceSession;
  provider: ExecutionProvider;
}

async function start(bytes: Uint8Array, provider: ExecutionProvider, config: RuntimeConfig): Promise<Started> {
  const ort = await startRuntime(provider, config);
  const options = { executionProviders: [provider], graphOptimizationLevel: 'all' } as const;
  return { ort, session: await inTurn(() => ort.InferenceSession.create(bytes, options)), provider };
}

export class Network {
  private constructor(
    private readonly ort: Runtime,
    private session: InferenceSession | undefined,
    readonly executionProvider: ExecutionProvider,
  ) {}

  /** Throws PortraitDepthError when the file is missing or is no network. */
  static async load(source: ModelSource, name: string, config: RuntimeConfig): Promise<Network> {
    const [provider, bytes] = await Promise.all([
      chooseProvider(config),
      typeof source === 'string' || source instanceof URL
        ? fetchBytes(source, name)
        : new Uint8Array(source as ArrayBuffer),
    ]);
    const isWish = config.executionProvider === provider;
    const started = await start(bytes, provider, config).catch((cause: unknown) => {
      if (provider === 'wasm' || isWish)
        throw new PortraitDepthError('unreadable', `${name} could not be started: ${reasonOf(cause)}`, { cause });
      console.warn(`${name} runs in WebAssembly, for the GPU did not take it: ${reasonOf(cause)}`);
      return Network.load(bytes, name, { ...config, executionProvider: 'wasm' });
    });
    return started instanceof Network ? started : new Network(started.ort, started.session, started.provider);
  }

  /** The network's one input in, its outputs by name out. */
  run(input: Tensor): Promise<Record<string, Tensor>> {
    return inTurn(async () => {
      const session = this.session;
      if (session === undefined)
        throw new PortraitDepthError('invalid_argument', 'This estimator was disposed of; create a new one.');
      const feed = new this.ort.Tensor('float32', input.data, [...input.dims]);
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
