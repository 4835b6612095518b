// From a picture to a 3D photo and its files, by the functions of a thread or of a worker.

import type { FilmOptions } from './film_options.js';
import type { CameraPathOptions } from './camera_path.js';
import type { createEstimator } from './create_estimator.js';
import { PortraitDepthError } from './errors.js';
import type { LoadOptions } from './load_options.js';
import type { LongWork } from './long_work.js';
import type { createPhoto3D } from './photo3d.js';
import type { Photo3D, Photo3DOptions } from './photo3d_types.js';
import { isPictureFile, loadPicture } from './picture_files.js';
import { isImageData, toPixels } from './pixels.js';
import { SharedLoad } from './shared_load.js';
import {
  SupportedModels,
  type ARPortraitDepthModelConfig,
  type DepthEstimator,
  type DepthMap,
  type PhotoEstimationConfig,
  type PixelInput,
} from './types.js';

/** The options of estimatePhoto and of createPhoto3D. */
export interface MakePhoto3DOptions
  extends
    Photo3DOptions,
    Pick<PhotoEstimationConfig, 'intrinsics' | 'headDistanceMetres' | 'flipAugmentation' | 'mask' | 'anySubject'> {
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

/** @internal makePhoto3D by the functions of this thread or of a worker. */
export function photo3DMaker(functions: {
  createEstimator: typeof createEstimator;
  createPhoto3D: typeof createPhoto3D;
}): MakePhoto3D {
  const shared = new SharedLoad<DepthEstimator>();
  const sharedEstimator = (config: MakePhoto3DOptions['config'], options: LoadOptions) =>
    shared.get((load) => functions.createEstimator(SupportedModels.ARPortraitDepth, { ...config, ...load }), options);

  return async (image, { estimator, config, onLoadProgress, ...options } = {}) => {
    const { intrinsics, headDistanceMetres, flipAugmentation, mask, anySubject, ...photoOptions } = options;
    const { signal } = options;
    const [used, still] = await Promise.all([
      estimator ?? sharedEstimator(config, { onLoadProgress, signal }),
      stillOf(image, signal),
    ]);
    const given = { intrinsics, headDistanceMetres, flipAugmentation, mask, anySubject, signal };
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
}
