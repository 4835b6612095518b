// The worker's side of the client: the package's functions, with results in plain data that can be sent.

import { proxy, transfer } from 'comlink';
import type { CameraPathOptions, CameraPose } from './camera_path.js';
import { PortraitDepthMap, normalsOf, type DepthMapData } from './depth_map.js';
import { readEmbeddedDepth } from './embedded_depth.js';
import type { EstimationRequest } from './estimation_config.js';
import type { ARPortraitDepthEstimator } from './estimator.js';
import type { FilmOptions, FrameSize } from './film_options.js';
import { cameraPresets, createPhoto3D } from './photo3d.js';
import type { LoadProgress } from './load_options.js';
import { loadEstimator, preload } from './preload.js';
import type { Mesh, Photo3D, Photo3DOptions } from './photo3d_types.js';
import { BodySegmenter } from './segmenter.js';
import { useAddresses } from './sent_addresses.js';
import { received, type SentPixels } from './sent_pixels.js';
import type {
  ARPortraitDepthModelConfig,
  ExecutionProvider,
  PixelInput,
  RuntimeConfig,
  SegmenterConfig,
} from './types.js';
import type { ProgressCall } from './worker_callbacks.js';
import { SentSignals, type SentLoad, type SignalId } from './worker_loading.js';

/** Sends a depth map without copying it. */
function handOver(data: DepthMapData): DepthMapData {
  return transfer(data, [data.values.buffer, data.metres.buffer, data.mask.buffer]);
}

class EstimatorHost {
  readonly executionProvider: ExecutionProvider;
  constructor(private readonly estimator: ARPortraitDepthEstimator) {
    this.executionProvider = estimator.executionProvider;
  }
  async estimate(sent: SentPixels, config: EstimationRequest, signalId: SignalId | undefined): Promise<DepthMapData> {
    const depth = await signals.during(signalId, async (signal) =>
      this.estimator.estimate(await received(sent), { ...config, signal }),
    );
    const data = await depth.data(); // buffers of the GPU cannot leave the worker
    depth.dispose();
    return handOver(data);
  }
  dispose(): void {
    this.estimator.dispose();
  }
}

class SegmenterHost {
  constructor(private readonly segmenter: BodySegmenter) {}
  async segment(sent: SentPixels) {
    const data = await this.segmenter.segment(await received(sent));
    return transfer(data, [data.mask.buffer]);
  }
  dispose(): void {
    this.segmenter.dispose();
  }
}

/** The options of long work that report to the client and obey its answer. */
function longWork(call: ProgressCall | undefined) {
  const controller = new AbortController();
  const onProgress = (fraction: number) =>
    void Promise.resolve(call?.(fraction)).then((stop) => stop === true && controller.abort());
  return call === undefined ? {} : { onProgress, signal: controller.signal };
}

class Photo3DHost {
  constructor(private readonly photo: Photo3D) {}
  cameraPath(options: CameraPathOptions): Promise<CameraPose[]> {
    return this.photo.cameraPath(options);
  }
  limitPath(poses: readonly CameraPose[]): Promise<CameraPose[]> {
    return this.photo.limitPath(poses);
  }
  async mesh(background: boolean): Promise<Mesh | null> {
    const mesh = background ? await this.photo.backgroundMesh() : await this.photo.personMesh();
    if (mesh === null) return null;
    return transfer(mesh, [mesh.positions.buffer, mesh.textureCoordinates.buffer, mesh.indices.buffer]);
  }
  async texture(background: boolean): Promise<ImageData | null> {
    const texture = background ? await this.photo.backgroundTexture() : await this.photo.personTexture();
    return texture === null ? null : transfer(texture, [texture.data.buffer]);
  }
  async render(pose: CameraPose, size: FrameSize): Promise<ImageData> {
    const frame = await this.photo.render(pose, size);
    return transfer(frame, [frame.data.buffer]);
  }
  toGIF(options: FilmOptions, call?: ProgressCall): Promise<Blob> {
    return this.photo.toGIF({ ...options, ...longWork(call) });
  }
  toWebM(options: FilmOptions, call?: ProgressCall): Promise<Blob> {
    return this.photo.toWebM({ ...options, ...longWork(call) });
  }
  toGLB(options: CameraPathOptions, call?: ProgressCall): Promise<Blob> {
    return this.photo.toGLB({ ...options, ...longWork(call) });
  }
  dispose(): void {
    this.photo.dispose();
  }
}

const signals = new SentSignals();

/** Loads with the page's callback and signal; ends after the page has received all progress. */
function loading<Config extends RuntimeConfig, Result>(
  config: Config,
  [id, report]: SentLoad,
  load: (config: Config) => Promise<Result>,
): Promise<Result> {
  return signals.during(id, async (signal) => {
    const reports: unknown[] = [];
    const onLoadProgress = report && ((progress: LoadProgress) => void reports.push(report(progress)));
    const result = await load({ ...config, signal, onLoadProgress });
    await Promise.all(reports);
    return result;
  });
}

export const host = {
  async createEstimator(config: ARPortraitDepthModelConfig, ...sent: SentLoad) {
    return proxy(new EstimatorHost(await loading(config, sent, loadEstimator)));
  },
  preload(config: ARPortraitDepthModelConfig, ...sent: SentLoad) {
    return loading(config, sent, preload);
  },
  async createSegmenter(config: SegmenterConfig, ...sent: SentLoad) {
    return proxy(new SegmenterHost(await loading(config, sent, (each) => BodySegmenter.load(each))));
  },
  abort: (id: SignalId) => signals.abort(id),
  async createPhoto3D(
    sent: SentPixels,
    depth: DepthMapData,
    options: Omit<Photo3DOptions, 'background' | 'onProgress' | 'signal'>,
    background:
      | {
          kind: NonNullable<Photo3DOptions['background']>['kind'];
          color?: readonly [number, number, number];
          picture?: SentPixels;
        }
      | undefined,
    call?: ProgressCall,
  ) {
    const image = (await received(sent)) as PixelInput;
    const { picture, ...rest } = background ?? { kind: 'fill' as const };
    const own = picture === undefined ? rest : { ...rest, picture: (await received(picture)) as PixelInput };
    const work = { ...options, background: own, ...longWork(call) };
    return proxy(new Photo3DHost(await createPhoto3D(image, new PortraitDepthMap(depth, depth), work)));
  },
  async normals(depth: DepthMapData) {
    const normals = await normalsOf(depth);
    return transfer(normals, [normals.buffer]);
  },
  async readEmbeddedDepth(file: Blob, config: RuntimeConfig, ...sent: SentLoad) {
    const given = await loading(config, sent, (each) => readEmbeddedDepth(file, each));
    if (given === null) return null;
    return transfer(given, [given.depth.buffer, ...(given.matte === undefined ? [] : [given.matte.values.buffer])]);
  },
  cameraPresets: (config: RuntimeConfig, ...sent: SentLoad) => loading(config, sent, cameraPresets),
  useAddresses,
};

export type Host = typeof host;
export type RemoteEstimator = EstimatorHost;
export type RemoteSegmenter = SegmenterHost;
export type RemotePhoto3D = Photo3DHost;
