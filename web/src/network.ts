// A network in ONNX Runtime, on the GPU or in WebAssembly.

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { assetUrl, type Asset } from './assets.js';
import { PortraitDepthError } from './errors.js';
import { loadBytes } from './file_loading.js';
import { chooseEngine, startRuntime, type Engine, type Runtime } from './runtime.js';
import { TaskQueue } from './task_queue.js';
import type { ExecutionProvider, GpuBuffer, ModelSource, RuntimeConfig } from './types.js';

/** float32 values, row-major. */
export interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

/** ONNX Runtime runs one call at a time. */
const runtimeCalls = new TaskQueue();

/** A tensor that stays on the GPU until dispose(). */
export interface GpuTensor {
  buffer: GpuBuffer;
  dims: readonly number[];
  download(): Promise<Float32Array>;
  dispose(): void;
}

export interface NetworkOptions {
  /** Names of outputs that stay on the GPU if the network runs there. */
  gpuOutputs?: readonly string[];
}

interface Started {
  ort: Runtime;
  session: InferenceSession;
  engine: Engine;
}

/** A file of the package, or the caller's own network. */
export type NetworkSource = { asset: Asset } | { source: ModelSource };

function loadNetwork(from: NetworkSource, name: string, config: RuntimeConfig): Promise<Uint8Array> {
  if ('asset' in from) return loadBytes({ url: assetUrl(from.asset, config), name, asset: from.asset }, config);
  const { source } = from;
  if (typeof source === 'string' || source instanceof URL) return loadBytes({ url: source, name }, config);
  return Promise.resolve(new Uint8Array(source as ArrayBuffer));
}

async function start(
  bytes: Promise<Uint8Array>,
  engine: Engine,
  config: RuntimeConfig,
  { gpuOutputs = [] }: NetworkOptions,
): Promise<Started> {
  const { provider, device } = engine;
  const [ort, network] = await Promise.all([startRuntime(provider, config), bytes]);
  const options: InferenceSession.SessionOptions =
    provider === 'wasm'
      ? { executionProviders: ['wasm'] }
      : {
          executionProviders: [{ name: 'webgpu', device: device as GPUDevice }],
          preferredOutputLocation: Object.fromEntries(gpuOutputs.map((output) => [output, 'gpu-buffer'])),
        };
  const session = await runtimeCalls.run(() =>
    ort.InferenceSession.create(network, { ...options, graphOptimizationLevel: 'all' }),
  );
  return { ort, session, engine };
}

/** Starts the network on the chosen engine, or in WebAssembly if the GPU rejects it and the caller did not request it. */
async function startOnEngine(
  bytes: Promise<Uint8Array>,
  name: string,
  config: RuntimeConfig,
  options: NetworkOptions,
): Promise<Started> {
  const engine = await chooseEngine(config);
  const isFinal = engine.provider === 'wasm' || config.executionProvider === engine.provider;
  try {
    return await start(bytes, engine, config, options);
  } catch (cause) {
    if (cause instanceof PortraitDepthError && (isFinal || cause.code === 'stopped')) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (isFinal)
      throw new PortraitDepthError(
        'unreadable',
        `${name} could not be started; check that it is an ONNX file. (${reason})`,
        { cause },
      );
    console.warn(`${name} runs in WebAssembly, because the GPU rejected it: ${reason}`);
    return startOnEngine(bytes, name, { ...config, executionProvider: 'wasm' }, options);
  }
}

export class Network {
  private constructor(
    private readonly name: string,
    private readonly ort: Runtime,
    private session: InferenceSession | undefined,
    readonly engine: Engine,
  ) {}

  /** Throws PortraitDepthError if the file is missing or ONNX Runtime cannot load it. */
  static async load(
    from: NetworkSource,
    name: string,
    config: RuntimeConfig,
    options: NetworkOptions = {},
  ): Promise<Network> {
    const bytes = loadNetwork(from, name, config); // the runtime is loaded at the same time
    bytes.catch(() => undefined); // startOnEngine reports it
    const { ort, session, engine } = await startOnEngine(bytes, name, config, options);
    return new Network(name, ort, session, engine);
  }

  get executionProvider(): ExecutionProvider {
    return this.engine.provider;
  }

  /** Runs the network on `input`, and on those of the `optional` inputs that it has; returns its outputs by name. */
  run(input: Tensor, optional: Record<string, Tensor> = {}): Promise<Record<string, Tensor | GpuTensor>> {
    return runtimeCalls.run(async () => {
      const session = this.session;
      if (session === undefined)
        throw new PortraitDepthError('invalid_argument', 'This estimator was disposed of; create a new one.');
      const name = session.inputNames.find((each) => !(each in optional)) ?? '';
      const inputs: Record<string, Tensor> = { ...optional, [name]: input };
      const used = session.inputNames.filter((each) => each in inputs);
      if (used.length !== session.inputNames.length || !used.every((each) => accepts(session, each, inputs[each]!)))
        throw new PortraitDepthError(
          'unreadable',
          `${this.name} does not accept float32 of ${input.dims.join(' x ')}; check the URL of the network.`,
        );
      const feeds = used.map((each) => {
        const { data, dims } = inputs[each]!;
        return [each, new this.ort.Tensor('float32', data, [...dims])] as const;
      });
      const results = await this.convertErrors(session.run(Object.fromEntries(feeds)));
      return Object.fromEntries(Object.entries(results).map(([output, tensor]) => [output, this.outputOf(tensor)]));
    });
  }

  private outputOf(tensor: OrtTensor): Tensor | GpuTensor {
    const { dims } = tensor;
    if (tensor.location !== 'gpu-buffer') return { data: tensor.data as Float32Array, dims };
    return {
      buffer: tensor.gpuBuffer as unknown as GpuBuffer,
      dims,
      download: () => runtimeCalls.run(async () => (await this.convertErrors(tensor.getData())) as Float32Array),
      dispose: () => tensor.dispose(),
    };
  }

  /** Converts ONNX Runtime's errors, such as a lost GPU or too little memory. */
  private convertErrors<T>(work: Promise<T>): Promise<T> {
    return work.catch((cause: unknown) => {
      throw new PortraitDepthError('unreadable', `${this.name} could not be run; create a new estimator.`, { cause });
    });
  }

  dispose(): void {
    const session = this.session;
    this.session = undefined;
    if (session !== undefined) void runtimeCalls.run(() => session.release());
  }
}

/** Whether the network has an input of that name and shape. ONNX Runtime gives names for free dimensions. */
function accepts({ inputMetadata }: InferenceSession, name: string, { dims }: Tensor): boolean {
  const wanted = inputMetadata.find((input) => input.name === name);
  return (
    wanted?.isTensor === true &&
    wanted.type === 'float32' &&
    wanted.shape.length === dims.length &&
    wanted.shape.every((size, axis) => typeof size !== 'number' || size === dims[axis])
  );
}
