// The camera of a photo and its tilt by its EXIF: exifr reads the tags, and the core computes the camera from them
// (src/camera/exif_camera.cpp, src/containers/apple_maker_note.cpp). Tags: CIPA DC-008, "Exchangeable image file format
// for digital still cameras: Exif Version 2.32".

import type * as Exifr from 'exifr';
import { assetUrl } from './assets.js';
import { loadCore } from './core_start.js';
import { EXIF_CAMERA, INTRINSICS, TILT, pack, type Values } from './core_structs.js';
import type { EstimationRequest } from './estimation_config.js';
import { importScript } from './file_loading.js';
import { isPictureFile, loadPicture } from './picture_files.js';
import type { Intrinsics, PixelInput, RuntimeConfig } from './types.js';

const TAGS: Record<keyof typeof EXIF_CAMERA, number> = {
  focalLengthMm: 0x920a,
  focalLength35mm: 0xa405,
  width: 0xa002,
  height: 0xa003,
  focalPlaneXResolution: 0xa20e,
  focalPlaneResolutionUnit: 0xa210,
};
const LENS_MODEL = 0xa434;
const MAKER_NOTE = 0x927c;

/** The facts of EXIF; 0 and empty for missing ones. */
interface ExifFacts {
  camera: Values<typeof EXIF_CAMERA>;
  lensModel: string;
  makerNote: Uint8Array;
}

/** The camera of an upright picture, and its tilt in radians; undefined: not in the file. */
export interface PhotoCamera {
  intrinsics: Intrinsics | undefined;
  tilt: Values<typeof TILT> | undefined;
}

/** The input and its request; with the picture's loaded file if the request needs its EXIF or the depth inside. */
export async function withFile<Request extends EstimationRequest>(
  input: PixelInput,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<{ input: PixelInput; request: Request }> {
  const needsFile = request.readExif === true || request.readDepth === true;
  if (!needsFile || !isPictureFile(input)) return { input, request };
  const file = await loadPicture(input, signal);
  return { input: file, request: { ...request, file } };
}

const OPTIONS = {
  tiff: true,
  exif: { pick: [...Object.values(TAGS), LENS_MODEL, MAKER_NOTE] },
  makerNote: true,
  gps: false,
  ifd1: false,
  translateKeys: false,
  translateValues: false,
  reviveValues: false,
};

/** The same as for missing tags for a file without readable EXIF. */
async function readExif(file: Blob, config: RuntimeConfig): Promise<ExifFacts> {
  const { parse } = await importScript<typeof Exifr>(assetUrl('exifr.lite.mjs', config), 'The EXIF reader');
  const bytes = await file.arrayBuffer();
  // The reader rejects damaged EXIF and formats that it does not know: then the camera is unknown.
  const values = ((await parse(bytes, OPTIONS).catch(() => undefined)) ?? {}) as Record<number | 'makerNote', unknown>;
  const numberOf = (tag: number) => (typeof values[tag] === 'number' ? values[tag] : 0);
  const camera = Object.fromEntries(Object.entries(TAGS).map(([name, tag]) => [name, numberOf(tag)]));
  const { [LENS_MODEL]: lensModel, makerNote } = values;
  return {
    camera: camera as Values<typeof EXIF_CAMERA>,
    lensModel: typeof lensModel === 'string' ? lensModel : '',
    makerNote: makerNote instanceof Uint8Array ? makerNote : new Uint8Array(0),
  };
}

/**
 * The camera of the upright picture in the file, its center in the middle, if the file has a usable focal length; and
 * its tilt, if a phone wrote gravity into the file. The first call loads the EXIF reader, and rejects with a
 * PortraitDepthError if that is missing.
 */
export async function cameraFromExif(
  file: Blob,
  { width, height }: { width: number; height: number },
  config: RuntimeConfig,
): Promise<PhotoCamera> {
  const [core, { camera, lensModel, makerNote }] = await Promise.all([loadCore(), readExif(file, config)]);
  return core.lend([pack(EXIF_CAMERA, camera), makerNote], (cameraAt, noteAt) =>
    core.lendText(lensModel, (lensAt) => {
      const intrinsics = core.functions.pd_exif_intrinsics(cameraAt!, width, height);
      const tilt = core.functions.pd_exif_tilt(noteAt!, makerNote.length, lensAt);
      return {
        intrinsics: intrinsics === 0 ? undefined : { ...core.read(INTRINSICS, intrinsics), width, height },
        tilt: tilt === 0 ? undefined : core.read(TILT, tilt),
      };
    }),
  );
}
