// From a picture to a 3D photo and its files, by the functions of a thread or of a worker.

import type { FilmOptions } from './film_options.js';
import type { CameraPathOptions } from './camera_path.js';
import type { createEstimator } from './create_estimator.js';
import { PortraitDepthError } from './errors.js';
import type { LoadOptions } from './load_options.js';
import type { LongWork } from './long_work.js';
import type { Photo3D, Photo3DOptions } from './photo3d_types.js';
import { isPictureFile, loadPicture } from './picture_files.js';
import { isImageData, toPixels } from './pixels.js';
import { SharedLoad } from './shared_load.js';
import {
  SupportedModels,
  type ARPortraitDepthModelConfig,
  type DepthEstimator,
  type DepthMap,
  type GivenDepth,
  type PhotoEstimationConfig,
  type PixelInput,
} from './types.js';

/** The options of estimatePhoto and of createPhoto3D. */
export interface MakePhoto3DOptions
  extends
    Photo3DOptions,
    Pick<
      PhotoEstimationConfig,
      | 'intrinsics'
      | 'headDistanceMetres'
      | 'cameraPitch'
      | 'cameraRoll'
      | 'flipAugmentation'
      | 'headPass'
      | 'mask'
      | 'anySubject'
      | 'depthSource'
      | 'givenDepth'
    > {
  /** The caller owns it. Default: one estimator that all calls share. */
  estimator?: DepthEstimator;
  /** The config of the estimator that all calls share; the first call decides. */
  config?: Omit<ARPortraitDepthModelConfig, keyof LoadOptions>;
  /** Receives the progress of the files that the shared estimator loads. */
  onLoadProgress?: LoadOptions['onLoadProgress'];
}

/** A 3D photo, its depth, and its files. */
export interface MadePhoto3D {
  readonly depthMap: DepthMap;
  readonly photo3D: Photo3D;
  /** See Photo3D.toGIF. */
  gif(options?: FilmOptions): Promise<Blob>;
  /** See Photo3D.toWebM. */
  webm(options?: FilmOptions): Promise<Blob>;
  /** See Photo3D.toGLB. */
  glb(options?: CameraPathOptions & LongWork): Promise<Blob>;
  /** Frees the 3D photo and the depth map. */
  dispose(): void;
}

/** Options for a depth map of the caller's own. */
export interface OwnDepthOptions
  extends
    Photo3DOptions,
    Pick<
      MakePhoto3DOptions,
      | 'estimator'
      | 'config'
      | 'onLoadProgress'
      | 'intrinsics'
      | 'headDistanceMetres'
      | 'cameraPitch'
      | 'cameraRoll'
      | 'mask'
      | 'anySubject'
      | 'depthSource'
    > {}

/** createPhoto3D from a finished depth map. */
export type BuildPhoto3D = (image: PixelInput, depthMap: DepthMap, options?: Photo3DOptions) => Promise<Photo3D>;
export interface CreatePhoto3D extends BuildPhoto3D {
  (image: PixelInput, depth: GivenDepth, options?: OwnDepthOptions): Promise<Photo3D>;
}

export type MakePhoto3D = (image: PixelInput, options?: MakePhoto3DOptions) => Promise<MadePhoto3D>;

/** The same picture for both steps: a file keeps its EXIF, and a film's frame stays the same. */
async function stillOf(input: PixelInput, signal: AbortSignal | undefined): Promise<PixelInput> {
  if (isPictureFile(input)) return loadPicture(input, signal);
  if (isImageData(input)) return input;
  const { data, width, height } = await toPixels(input, signal);
  return new ImageData(data, width, height);
}

function checkPerson({ personFound, faceFound }: DepthMap): void {
  if (personFound) return;
  throw new PortraitDepthError(
    'no_person',
    faceFound === false
      ? 'No face was found in this picture; choose one that shows a face, or set `anySubject`.'
      : 'No person was found in this picture; choose one where a person is larger.',
  );
}

const isGivenDepth = (depth: DepthMap | GivenDepth): depth is GivenDepth =>
  typeof depth === 'object' && depth !== null && 'depth' in depth;

/** @internal makePhoto3D and createPhoto3D by the functions of this thread or of a worker. */
export function photo3DMaker(functions: { createEstimator: typeof createEstimator; createPhoto3D: BuildPhoto3D }): {
  makePhoto3D: MakePhoto3D;
  createPhoto3D: CreatePhoto3D;
} {
  const shared = new SharedLoad<DepthEstimator>();
  const sharedEstimator = (config: MakePhoto3DOptions['config'], options: LoadOptions) =>
    shared.get((load) => functions.createEstimator(SupportedModels.ARPortraitDepth, { ...config, ...load }), options);

  const makePhoto3D: MakePhoto3D = async (image, { estimator, config, onLoadProgress, ...options } = {}) => {
    const { intrinsics, headDistanceMetres, cameraPitch, cameraRoll, flipAugmentation, headPass, mask, ...others } =
      options;
    const { anySubject, depthSource, givenDepth, ...photoOptions } = others;
    const { signal } = options;
    const [used, still] = await Promise.all([
      estimator ?? sharedEstimator(config, { onLoadProgress, signal }),
      stillOf(image, signal),
    ]);
    const camera = { intrinsics, headDistanceMetres, cameraPitch, cameraRoll };
    const given = { ...camera, flipAugmentation, headPass, mask, anySubject, depthSource, givenDepth, signal };
    const known = Object.entries(given).filter(([, value]) => value !== undefined);
    const depthMap = await used.estimatePhoto(still, Object.fromEntries(known));
    try {
      checkPerson(depthMap);
      const photo3D = await functions.createPhoto3D(still, depthMap, photoOptions);
      return {
        depthMap,
        photo3D,
        gif: (film) => photo3D.toGIF(film),
        webm: (film) => photo3D.toWebM(film),
        glb: (path) => photo3D.toGLB(path),
        dispose: () => {
          photo3D.dispose();
          depthMap.dispose();
        },
      };
    } catch (error) {
      depthMap.dispose();
      throw error;
    }
  };

  return {
    makePhoto3D,
    async createPhoto3D(image: PixelInput, depth: DepthMap | GivenDepth, options: OwnDepthOptions = {}) {
      if (!isGivenDepth(depth)) return functions.createPhoto3D(image, depth, options);
      const made = await makePhoto3D(image, { ...options, givenDepth: depth });
      made.depthMap.dispose();
      return made.photo3D;
    },
  };
}
