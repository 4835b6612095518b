// The same functions on a worker, so that the page's own thread stays free.

import { proxy, releaseProxy, transfer, wrap, type Remote } from 'comlink';
import { PortraitDepthMap, type DepthMapData } from './depth_map.js';
import { PortraitDepthError } from './errors.js';
import { checkEstimationConfig, checkModel } from './estimator.js';
import { checkOptions } from './option_checks.js';
import {
  checkDepthMap,
  stopped,
  type CameraPreset,
  type FilmOptions,
  type LongWork,
  type Photo3D,
  type Photo3DOptions,
} from './photo3d.js';
import { drawableSize, isImageData, isTensor, unreadable } from './pixels.js';
import { asSegmentations } from './segmenter.js';
import type {
  ARPortraitDepthModelConfig,
  DepthEstimator,
  DepthMap,
  Intrinsics,
  PixelInput,
  RuntimeConfig,
  Segmenter,
  SegmenterConfig,
  SupportedModels,
} from './types.js';
import { registerErrors } from './worker_errors.js';
import type { Host, ProgressCall, RemoteEstimator, RemotePhoto3D, RemoteSegmenter, SentPixels } from './worker_host.js';

export interface WorkerClient {
  createEstimator(model: SupportedModels, config?: ARPortraitDepthModelConfig): Promise<DepthEstimator>;
  createSegmenter(config?: SegmenterConfig): Promise<Segmenter>;
  createPhoto3D(image: PixelInput, depthMap: DepthMap, options?: Photo3DOptions): Promise<Photo3D>;
  cameraPresets(config?: RuntimeConfig): Promise<CameraPreset[]>;
  /** Ends the worker and everything in it: what was not done, and all later calls, reject with code `stopped`. */
  terminate(): void;
}

/** Sends what can be sent as it is; draws the rest into a bitmap, off this thread where the browser can. */
async function toSent(input: PixelInput): Promise<{ sent: SentPixels; transferables: Transferable[] }> {
  if (isTensor(input)) {
    const values = Float32Array.from(await input.data());
    return { sent: { shape: [...input.shape], values }, transferables: [values.buffer] };
  }
  if (isImageData(input)) return { sent: input, transferables: [] };
  if (typeof HTMLImageElement !== 'undefined' && input instanceof HTMLImageElement)
    await input.decode().catch(() => undefined);
  const { width, height } = drawableSize(input);
  try {
    // Resizing takes this thread's time, so only an image that is shown in another size than its own is resized.
    const isResized = 'naturalWidth' in input && (input.naturalWidth !== width || input.naturalHeight !== height);
    const bitmap = isResized
      ? await createImageBitmap(input, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' })
      : await createImageBitmap(input);
    const sent = structuredClone(bitmap, { transfer: [bitmap] }); // throws here what sending it would
    return { sent, transferables: [sent] };
  } catch (cause) {
    throw unreadable(cause);
  }
}

const sendable = async (input: PixelInput): Promise<SentPixels> => {
  const { sent, transferables } = await toSent(input);
  return transfer(sent, transferables);
};

/**
 * Long work with a call for the worker instead of the callbacks. Once the signal aborts or onProgress throws, it is over
 * here; the worker hears of it by its next call, and a result that still comes is let go.
 */
function withCallbacks<T extends object>(
  { onProgress, signal }: LongWork,
  work: (call: (ProgressCall & object) | undefined) => Promise<T>,
  letGo: (late: T) => void = () => undefined,
): Promise<T> {
  if (onProgress === undefined && signal === undefined) return work(undefined);
  if (signal?.aborted === true) return Promise.reject(stopped());
  return new Promise((resolve, reject) => {
    let isOver = false;
    const end = (settle: () => void) => {
      isOver = true;
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => end(() => reject(stopped()));
    signal?.addEventListener('abort', abort);
    const call = proxy((fraction: number) => {
      try {
        if (!isOver) onProgress?.(fraction);
      } catch (error) {
        end(() => reject(error));
      }
      return isOver;
    });
    work(call).then(
      (result) => (isOver ? letGo(result) : end(() => resolve(result))),
      (error) => end(() => reject(error)),
    );
  });
}

/** Options that can be sent. Throws PortraitDepthError for what is none. */
function withoutCallbacks<T extends object>(options: T & LongWork): Omit<T, keyof LongWork> {
  checkOptions(options);
  const { onProgress, signal, ...rest } = options;
  return rest as Omit<T, keyof LongWork>;
}

/** Questions to somebody who may go away without an answer: those that wait then, and all later ones, reject. */
class Questions {
  private readonly waiting = new Set<(reason: unknown) => void>();
  private ending: PortraitDepthError | undefined;

  ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.ending !== undefined) return Promise.reject(this.ending);
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      (async () => question())()
        .then(resolve, reject)
        .finally(() => this.waiting.delete(reject));
    });
  }

  end(reason: PortraitDepthError): void {
    this.ending ??= reason;
    for (const reject of this.waiting) reject(this.ending);
    this.waiting.clear();
  }
}

/** What lives in the worker until it is disposed of, and then is let go on both sides. */
class Lease<T extends { dispose(): void }> {
  private held: Remote<T> | undefined;
  private readonly questions = new Questions();

  constructor(
    remote: unknown,
    private readonly worker: Questions,
    private readonly name: string,
  ) {
    this.held = remote as Remote<T>;
  }

  ask<Result>(question: (remote: Remote<T>) => Promise<Result>): Promise<Result> {
    return this.questions.ask(() => this.worker.ask(() => question(this.held!)));
  }

  dispose(): void {
    const remote = this.held as (Remote<{ dispose(): void }> & { [releaseProxy](): void }) | undefined;
    this.held = undefined;
    this.questions.end(
      new PortraitDepthError('invalid_argument', `This ${this.name} was disposed of; create a new one.`),
    );
    void remote?.dispose().finally(() => remote[releaseProxy]());
  }
}

function remotePhoto(lease: Lease<RemotePhoto3D>, intrinsics: Intrinsics): Photo3D {
  const file = async (kind: 'toGIF' | 'toWebM' | 'toGLB', options: FilmOptions) => {
    const sent = withoutCallbacks(options);
    return withCallbacks(options, (call) => lease.ask((remote) => remote[kind](sent, call)));
  };
  return {
    width: intrinsics.width,
    height: intrinsics.height,
    intrinsics,
    cameraPath: async (options = {}) => {
      const sent = withoutCallbacks(options);
      return lease.ask((remote) => remote.cameraPath(sent));
    },
    personMesh: async () => (await lease.ask((remote) => remote.mesh(false)))!,
    backgroundMesh: () => lease.ask((remote) => remote.mesh(true)),
    personTexture: async () => (await lease.ask((remote) => remote.texture(false)))!,
    backgroundTexture: () => lease.ask((remote) => remote.texture(true)),
    render: async (pose, size = {}) => {
      const sent = withoutCallbacks(size);
      return lease.ask((remote) => remote.render(pose, sent));
    },
    toGIF: (options = {}) => file('toGIF', options),
    toWebM: (options = {}) => file('toWebM', options),
    toGLB: (options = {}) => file('toGLB', options),
    dispose: () => lease.dispose(),
  };
}

async function depthData(map: DepthMap): Promise<DepthMapData> {
  checkDepthMap(map);
  const { width, height, headDistanceMetres, personFound } = map;
  const plane = (values: Float32Array) => values as Float32Array<ArrayBuffer>;
  return {
    width,
    height,
    headDistanceMetres,
    personFound,
    values: plane(await map.values()),
    metres: plane(await map.metres()),
    mask: plane(map.mask()),
    intrinsics: map.intrinsics(),
  };
}

/** A script of another site may not be a worker itself, but a script of ours may import it. */
function startWorker(url: string | URL): Worker {
  const absolute = new URL(url, globalThis.location?.href);
  if (absolute.origin === globalThis.location?.origin) return new Worker(absolute, { type: 'module' });
  const script = new Blob([`import ${JSON.stringify(absolute.href)};`], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(script), { type: 'module' });
}

/** Addresses that the page knows relative to itself must be absolute for the worker. */
function absolutePaths<T extends ARPortraitDepthModelConfig>(config: T): T {
  if (config.gpuDevice !== undefined)
    throw new PortraitDepthError(
      'invalid_argument',
      "A worker cannot use the page's `gpuDevice`; leave it out, or call createEstimator on the page.",
    );
  const addresses = ['assetPath', 'wasmPath', 'depthModelUrl', 'segmentationModelUrl'] as const;
  const absolute = addresses
    .map((name) => [name, config[name]] as const)
    .filter(([, value]) => typeof value === 'string' || value instanceof URL)
    .map(([name, value]) => [name, new URL(value as string | URL, globalThis.location?.href).href]);
  return { ...config, ...Object.fromEntries(absolute) };
}

export interface WorkerClientOptions {
  /** The package's `worker.js`; default: beside the script. */
  workerUrl?: string | URL;
}

/** Questions to the worker that end when it fails. */
function endedWith(worker: Worker): Questions {
  const questions = new Questions();
  let hasStarted = false;
  worker.addEventListener('message', () => (hasStarted = true), { once: true });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    worker.terminate();
    questions.end(
      hasStarted
        ? new PortraitDepthError('stopped', `The worker failed; create a new client. (${event.message})`)
        : new PortraitDepthError('not_found', `The worker could not be started: ${event.message ?? 'not found'}`),
    );
  });
  return questions;
}

export function createWorkerClient(options: WorkerClientOptions = {}): WorkerClient {
  registerErrors();
  const worker = options.workerUrl === undefined ? defaultWorker() : startWorker(options.workerUrl);
  const questions = endedWith(worker);
  const host = wrap<Host>(worker);

  return {
    async createEstimator(model, config) {
      checkModel(model);
      const { lease, executionProvider } = await questions.ask(async () => {
        const remote = await host.createEstimator(absolutePaths(config ?? {}));
        return {
          lease: new Lease<RemoteEstimator>(remote, questions, 'estimator'),
          executionProvider: await remote.executionProvider,
        };
      });
      const normals = (data: DepthMapData) => questions.ask(() => host.normals(data));
      const estimate = async (
        input: PixelInput | null | undefined,
        estimationConfig: Parameters<DepthEstimator['estimateDepth']>[1],
      ) => {
        const checked = checkEstimationConfig(estimationConfig);
        if (input === null || input === undefined) return null;
        const data = await lease.ask(async (remote) => remote.estimate(await sendable(input), checked));
        return new PortraitDepthMap(data, data, normals);
      };
      return {
        executionProvider,
        estimateDepth: estimate as DepthEstimator['estimateDepth'],
        reset: () => undefined,
        dispose: () => lease.dispose(),
      };
    },
    async createSegmenter(config) {
      const remote = await questions.ask(() => host.createSegmenter(absolutePaths(config ?? {})));
      const lease = new Lease<RemoteSegmenter>(remote, questions, 'segmenter');
      return {
        segmentPeople: async (input) => {
          if (input === null || input === undefined) return [];
          return asSegmentations(await lease.ask(async (remote) => remote.segment(await sendable(input))));
        },
        reset: () => undefined,
        dispose: () => lease.dispose(),
      };
    },
    async createPhoto3D(image, depthMap, photoOptions = {}) {
      const { background, ...rest } = withoutCallbacks(photoOptions);
      const { picture, ...plain } = background ?? { kind: 'fill' as const, picture: undefined };
      const shown = picture === undefined ? plain : { ...plain, picture: await sendable(picture) };
      const sent = await sendable(image);
      const depth = await depthData(depthMap);
      const build = async (call: (ProgressCall & object) | undefined) => {
        const remote = await questions.ask(() => host.createPhoto3D(sent, depth, rest, shown, call));
        return new Lease<RemotePhoto3D>(remote, questions, '3D photo');
      };
      const lease = await withCallbacks(photoOptions, build, (late) => late.dispose());
      return remotePhoto(lease, depthMap.intrinsics());
    },
    cameraPresets: (config) => questions.ask(async () => host.cameraPresets(absolutePaths(config ?? {}))),
    terminate: () => {
      worker.terminate();
      questions.end(new PortraitDepthError('stopped', 'The worker was ended; create a new client.'));
    },
  };
}

function defaultWorker(): Worker {
  if (new URL(import.meta.url).origin !== globalThis.location?.origin)
    return startWorker(new URL(/* @vite-ignore */ './worker.js', import.meta.url));
  // In this very form, so that bundlers find the worker and carry it.
  return new Worker(new URL(/* @vite-ignore */ './worker.js', import.meta.url), { type: 'module' });
}
