// The same functions on a worker, so that the page's own thread stays free.

import { proxy, releaseProxy, transfer, wrap, type Remote } from 'comlink';
import { PortraitDepthMap, type DepthMapData } from './depth_map.js';
import { PortraitDepthError } from './errors.js';
import { checkEstimationConfig } from './estimator.js';
import type { CameraPreset, LongWork, Photo3D, Photo3DOptions } from './photo3d.js';
import { isImageData, isTensor, sizeOf } from './pixels.js';
import { asSegmentations } from './segmenter.js';
import { SupportedModels } from './types.js';
import type {
  ARPortraitDepthModelConfig,
  DepthEstimator,
  DepthMap,
  Intrinsics,
  PixelInput,
  Segmenter,
  SegmenterConfig,
} from './types.js';
import { registerErrors } from './worker_errors.js';
import type { Host, ProgressCall, RemoteEstimator, RemotePhoto3D, RemoteSegmenter, SentPixels } from './worker_host.js';

export interface WorkerClient {
  createEstimator(model: SupportedModels, config?: ARPortraitDepthModelConfig): Promise<DepthEstimator>;
  createSegmenter(config?: SegmenterConfig): Promise<Segmenter>;
  createPhoto3D(image: PixelInput, depthMap: DepthMap, options?: Photo3DOptions): Promise<Photo3D>;
  cameraPresets(): Promise<CameraPreset[]>;
  /** Ends the worker and everything in it. */
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
  const { width, height } = sizeOf(input);
  if (!(width > 0 && height > 0))
    throw new PortraitDepthError('invalid_argument', 'The image has no pixels yet; wait until it is loaded.');
  try {
    // Resizing takes this thread's time, so only an image that is shown in another size than its own is resized.
    const isResized = 'naturalWidth' in input && (input.naturalWidth !== width || input.naturalHeight !== height);
    const bitmap = isResized
      ? await createImageBitmap(input, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' })
      : await createImageBitmap(input);
    return { sent: bitmap, transferables: [bitmap] };
  } catch (cause) {
    throw new PortraitDepthError('unreadable', 'The image could not be read; try another file.', { cause });
  }
}

const sendable = async (input: PixelInput): Promise<SentPixels> => {
  const { sent, transferables } = await toSent(input);
  return transfer(sent, transferables);
};

/** What the worker's side of long work gets instead of callbacks. */
function progressCall({ onProgress, signal }: LongWork): (ProgressCall & object) | undefined {
  if (onProgress === undefined && signal === undefined) return undefined;
  return proxy((fraction: number) => {
    onProgress?.(fraction);
    return signal?.aborted === true;
  });
}

const withoutCallbacks = <T extends LongWork>({ onProgress, signal, ...rest }: T) => rest as Omit<T, keyof LongWork>;

/** What lives in the worker until it is disposed of, and then is let go on both sides. */
class Lease<T extends { dispose(): void }> {
  private held: Remote<T> | undefined;

  constructor(
    remote: unknown,
    private readonly name: string,
  ) {
    this.held = remote as Remote<T>;
  }

  get remote(): Remote<T> {
    if (this.held === undefined)
      throw new PortraitDepthError('invalid_argument', `This ${this.name} was disposed of; create a new one.`);
    return this.held;
  }

  dispose(): void {
    const remote = this.held as (Remote<{ dispose(): void }> & { [releaseProxy](): void }) | undefined;
    this.held = undefined;
    void remote?.dispose().finally(() => remote[releaseProxy]());
  }
}

function remotePhoto(lease: Lease<RemotePhoto3D>, intrinsics: Intrinsics): Photo3D {
  return {
    width: intrinsics.width,
    height: intrinsics.height,
    intrinsics,
    cameraPath: async (options = {}) => lease.remote.cameraPath(options),
    personMesh: async () => (await lease.remote.mesh(false))!,
    backgroundMesh: async () => lease.remote.mesh(true),
    personTexture: async () => (await lease.remote.texture(false))!,
    backgroundTexture: async () => lease.remote.texture(true),
    render: async (pose, size = {}) => lease.remote.render(pose, size),
    toGIF: async (options = {}) => lease.remote.toGIF(withoutCallbacks(options), progressCall(options)),
    toWebM: async (options = {}) => lease.remote.toWebM(withoutCallbacks(options), progressCall(options)),
    toGLB: async (options = {}) => lease.remote.toGLB(withoutCallbacks(options), progressCall(options)),
    dispose: () => lease.dispose(),
  };
}

async function depthData(map: DepthMap): Promise<DepthMapData> {
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

export function createWorkerClient(options: WorkerClientOptions = {}): WorkerClient {
  registerErrors();
  const worker = options.workerUrl === undefined ? defaultWorker() : startWorker(options.workerUrl);
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new PortraitDepthError('not_found', `The worker could not be started: ${event.message ?? 'not found'}`));
    });
  });
  failed.catch(() => undefined);
  const host = wrap<Host>(worker);
  const unlessFailed = <T>(work: Promise<T>) => Promise.race([work, failed]);

  return {
    async createEstimator(model, config = {}) {
      if (model !== SupportedModels.ARPortraitDepth) throw new Error(`${model} is not a supported model name.`);
      const remote = await unlessFailed(host.createEstimator(absolutePaths(config)));
      const lease = new Lease<RemoteEstimator>(remote, 'estimator');
      const estimate = async (
        input: PixelInput | null | undefined,
        estimationConfig: Parameters<DepthEstimator['estimateDepth']>[1],
      ) => {
        const checked = checkEstimationConfig(estimationConfig);
        if (input === null || input === undefined) return null;
        const data = await lease.remote.estimate(await sendable(input), checked);
        return new PortraitDepthMap(data, data, host.normals);
      };
      return {
        executionProvider: await remote.executionProvider,
        estimateDepth: estimate as DepthEstimator['estimateDepth'],
        reset: () => undefined,
        dispose: () => lease.dispose(),
      };
    },
    async createSegmenter(config = {}) {
      const remote = await unlessFailed(host.createSegmenter(absolutePaths(config)));
      const lease = new Lease<RemoteSegmenter>(remote, 'segmenter');
      return {
        segmentPeople: async (input) => {
          if (input === null || input === undefined) return [];
          const data = await lease.remote.segment(await sendable(input));
          return asSegmentations(data);
        },
        reset: () => undefined,
        dispose: () => lease.dispose(),
      };
    },
    async createPhoto3D(image, depthMap, photoOptions = {}) {
      const { background, ...rest } = withoutCallbacks(photoOptions);
      const { picture, ...plain } = background ?? { kind: 'fill' as const, picture: undefined };
      const shown = picture === undefined ? plain : { ...plain, picture: await sendable(picture) };
      const call = progressCall(photoOptions);
      const sent = await sendable(image);
      const depth = await depthData(depthMap);
      const remote = await unlessFailed(host.createPhoto3D(sent, depth, rest, shown, call));
      return remotePhoto(new Lease<RemotePhoto3D>(remote, '3D photo'), depthMap.intrinsics());
    },
    cameraPresets: () => unlessFailed(host.cameraPresets()),
    terminate: () => worker.terminate(),
  };
}

function defaultWorker(): Worker {
  if (new URL(import.meta.url).origin !== globalThis.location?.origin)
    return startWorker(new URL(/* @vite-ignore */ './worker.js', import.meta.url));
  // In this very form, so that bundlers find the worker and carry it.
  return new Worker(new URL(/* @vite-ignore */ './worker.js', import.meta.url), { type: 'module' });
}
