// The client of the worker: the package's functions on another thread, so that the page's own thread stays free.

import { wrap } from 'comlink';
import { allAddresses } from './assets.js';
import type { CameraPreset } from './camera_path.js';
import { checkDepthMap, PortraitDepthMap, type DepthMapData } from './depth_map.js';
import { checkEnvironment } from './environment.js';
import { PortraitDepthError } from './errors.js';
import { checkModel, depthRequest, photoRequest, type EstimationRequest } from './estimation_config.js';
import type { LoadOptions } from './load_options.js';
import { PendingCalls } from './pending_calls.js';
import { withFile } from './photo_exif.js';
import { loadPicture } from './picture_files.js';
import { photo3DMaker, type BuildPhoto3D, type CreatePhoto3D, type MakePhoto3D } from './photo3d_maker.js';
import { RemoteObject } from './remote_object.js';
import { remotePhoto3D } from './remote_photo3d.js';
import { asSegmentations } from './segmenter.js';
import { sendable } from './sent_pixels.js';
import type {
  ARPortraitDepthModelConfig,
  DepthEstimator,
  DepthMap,
  GivenDepth,
  PixelInput,
  RuntimeConfig,
  Segmenter,
  SegmenterConfig,
  SupportedModels,
} from './types.js';
import { withCallbacks, withoutCallbacks, type ProgressCall } from './worker_callbacks.js';
import { registerErrors } from './worker_errors.js';
import type { Host, RemoteEstimator, RemotePhoto3D, RemoteSegmenter } from './worker_host.js';
import { splitLoad, withSignal, type SentLoad, type SignalId } from './worker_loading.js';
import { startWorker, type WorkerClientOptions } from './worker_start.js';

export interface WorkerClient {
  createEstimator(model: SupportedModels, config?: ARPortraitDepthModelConfig): Promise<DepthEstimator>;
  createSegmenter(config?: SegmenterConfig): Promise<Segmenter>;
  createPhoto3D: CreatePhoto3D;
  makePhoto3D: MakePhoto3D;
  readEmbeddedDepth(photo: string | URL | Blob, config?: RuntimeConfig): Promise<GivenDepth | null>;
  cameraPresets(config?: RuntimeConfig): Promise<CameraPreset[]>;
  preload(config?: ARPortraitDepthModelConfig): Promise<void>;
  /** Whether the worker has failed, or was ended: all calls then reject. */
  readonly isEnded: boolean;
  /** Ends the worker and its objects. Pending and later calls reject with code `stopped`. */
  terminate(): void;
}

async function depthData(map: DepthMap): Promise<DepthMapData> {
  checkDepthMap(map);
  const { width, height, headDistanceMetres, personFound, depthSource, depthWarning } = map;
  const plane = (values: Float32Array) => values as Float32Array<ArrayBuffer>;
  return {
    width,
    height,
    headDistanceMetres,
    personFound,
    depthSource,
    depthWarning,
    values: plane(await map.values()),
    metres: plane(await map.metres()),
    mask: plane(map.mask()),
    intrinsics: map.intrinsics(),
  };
}

/** Makes addresses absolute, because the worker would resolve them relative to its own script. */
function absolutePaths<T extends ARPortraitDepthModelConfig>(config: T): T {
  if (config.gpuDevice !== undefined)
    throw new PortraitDepthError(
      'invalid_argument',
      "A worker cannot use the page's `gpuDevice`; remove it, or call createEstimator on the page.",
    );
  const addresses = ['assetPath', 'wasmPath', 'depthModelUrl', 'segmentationModelUrl'] as const;
  const absolute = addresses
    .map((name) => [name, config[name]] as const)
    .filter(([, value]) => typeof value === 'string' || value instanceof URL)
    .map(([name, value]) => [name, new URL(value as string | URL, globalThis.location?.href).href]);
  return { ...config, ...Object.fromEntries(absolute) };
}

const segmenterOf = (segmenter: RemoteObject<RemoteSegmenter>): Segmenter => ({
  segmentPeople: async (input) => {
    if (input === null || input === undefined) return [];
    return asSegmentations(await segmenter.call(async (remote) => remote.segment(await sendable(input))));
  },
  reset: () => undefined,
  dispose: () => segmenter.dispose(),
});

/** Calls that reject when the worker fails. */
function callsTo(worker: Worker): PendingCalls {
  const calls = new PendingCalls();
  let hasStarted = false;
  worker.addEventListener('message', () => (hasStarted = true), { once: true });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    worker.terminate();
    calls.end(
      hasStarted
        ? new PortraitDepthError('stopped', `The worker failed; create a new client. (${event.message})`)
        : new PortraitDepthError(
            'not_found',
            `The worker could not be started; check \`workerUrl\`, and worker-src of the page's Content-Security-Policy. (${event.message ?? 'not found'})`,
          ),
    );
  });
  return calls;
}

export function createWorkerClient(options: WorkerClientOptions = {}): WorkerClient {
  checkEnvironment();
  registerErrors();
  const worker = startWorker(options);
  const calls = callsTo(worker);
  const host = wrap<Host>(worker);
  void host.useAddresses(allAddresses()).catch(() => undefined); // a failed worker ends all calls

  const abort = (id: SignalId) => void host.abort(id).catch(() => undefined); // a failed worker ends all calls
  /** Calls a function of the worker that loads files. */
  const load = <Config extends ARPortraitDepthModelConfig, Result>(
    given: Config | undefined,
    call: (config: Omit<Config, keyof LoadOptions>, ...options: SentLoad) => Promise<Result>,
    discard?: (late: Result) => void,
  ) => {
    const { config, signal, onLoadProgress } = splitLoad(absolutePaths(given ?? ({} as Config)));
    return withSignal(signal, abort, (id) => calls.run(() => call(config, id, onLoadProgress)), discard);
  };

  const client: Omit<WorkerClient, 'createPhoto3D' | 'makePhoto3D'> & { createPhoto3D: BuildPhoto3D } = {
    async createEstimator(model, config) {
      checkModel(model);
      const { estimator, executionProvider } = await load(
        config,
        async (sent, ...options) => {
          const remote = await host.createEstimator(sent, ...options);
          return {
            estimator: new RemoteObject<RemoteEstimator>(remote, calls, 'estimator'),
            executionProvider: await remote.executionProvider,
          };
        },
        (late) => late.estimator.dispose(),
      );
      const normals = (data: DepthMapData) => calls.run(() => host.normals(data));
      const estimate = async (input: PixelInput, { signal, ...request }: EstimationRequest) => {
        const data = await withSignal(signal, abort, (id) =>
          estimator.call(async (remote) => {
            const photo = await withFile(input, request, signal);
            return remote.estimate(await sendable(photo.input, signal), photo.request, id);
          }),
        );
        return new PortraitDepthMap(data, data, undefined, normals);
      };
      const estimateDepth = async (
        input: PixelInput | null | undefined,
        estimationConfig: Parameters<DepthEstimator['estimateDepth']>[1],
      ) => {
        const checked = depthRequest(estimationConfig);
        return input === null || input === undefined ? null : estimate(input, checked);
      };
      return {
        executionProvider,
        estimateDepth: estimateDepth as DepthEstimator['estimateDepth'],
        estimatePhoto: async (input, config) => estimate(input, photoRequest(config)),
        reset: () => undefined,
        dispose: () => estimator.dispose(),
      };
    },
    preload: async (config) => load(config, (sent, ...options) => host.preload(sent, ...options)),
    async createSegmenter(config) {
      const segmenter = await load(
        config,
        async (sent, ...options) =>
          new RemoteObject<RemoteSegmenter>(await host.createSegmenter(sent, ...options), calls, 'segmenter'),
        (late) => late.dispose(),
      );
      return segmenterOf(segmenter);
    },
    async createPhoto3D(image, depthMap, photoOptions = {}) {
      const { background, ...rest } = withoutCallbacks(photoOptions);
      const { picture, ...plain } = background ?? { kind: 'fill' as const, picture: undefined };
      const sentBackground = picture === undefined ? plain : { ...plain, picture: await sendable(picture) };
      const sent = await sendable(image);
      const depth = await depthData(depthMap);
      const build = async (progress: (ProgressCall & object) | undefined) => {
        const remote = await calls.run(() => host.createPhoto3D(sent, depth, rest, sentBackground, progress));
        return new RemoteObject<RemotePhoto3D>(remote, calls, '3D photo');
      };
      const photo = await withCallbacks(photoOptions, build, (late) => late.dispose());
      return remotePhoto3D(photo, depthMap.intrinsics());
    },
    readEmbeddedDepth: async (photo, config) => {
      const file = await loadPicture(photo, config?.signal);
      return load(config, (sent, ...options) => host.readEmbeddedDepth(file, sent, ...options));
    },
    cameraPresets: async (config) => load(config, (sent, ...options) => host.cameraPresets(sent, ...options)),
    get isEnded() {
      return calls.isEnded;
    },
    terminate: () => {
      worker.terminate();
      calls.end(new PortraitDepthError('stopped', 'The worker was ended; create a new client.'));
    },
  };
  const { createEstimator, createPhoto3D } = client;
  return Object.assign(client, photo3DMaker({ createEstimator, createPhoto3D }));
}
