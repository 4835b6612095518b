// The camera of a photo by its EXIF: exifr reads the tags, and the core computes the camera from them
// (src/camera/exif_camera.cpp). Tags: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif
// Version 2.32".

import type * as Exifr from 'exifr';
import { assetUrl } from './assets.js';
import { loadCore } from './core_start.js';
import { EXIF_CAMERA, INTRINSICS, pack, type Values } from './core_structs.js';
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
  exif: { pick: Object.values(TAGS) },
  gps: false,
  ifd1: false,
  translateKeys: false,
  translateValues: false,
  reviveValues: false,
};

/** The numbers of the tags; 0 for a missing one, and for all of a file without readable EXIF. */
async function readExif(file: Blob, config: RuntimeConfig): Promise<Values<typeof EXIF_CAMERA>> {
  const { parse } = await importScript<typeof Exifr>(assetUrl('exifr.lite.mjs', config), 'The EXIF reader');
  const bytes = await file.arrayBuffer();
  // The reader rejects damaged EXIF and formats that it does not know: then the camera is unknown.
  const values = ((await parse(bytes, OPTIONS).catch(() => undefined)) ?? {}) as Record<number, unknown>;
  const numberOf = (tag: number) => (typeof values[tag] === 'number' ? values[tag] : 0);
  return Object.fromEntries(Object.entries(TAGS).map(([name, tag]) => [name, numberOf(tag)])) as Values<
    typeof EXIF_CAMERA
  >;
}

/**
 * The camera of the upright picture in the file, its center in the middle; undefined for a file without a usable focal
 * length. The first call loads the EXIF reader, and rejects with a PortraitDepthError if that is missing.
 */
export async function intrinsicsFromExif(
  file: Blob,
  { width, height }: { width: number; height: number },
  config: RuntimeConfig,
): Promise<Intrinsics | undefined> {
  const [core, exif] = await Promise.all([loadCore(), readExif(file, config)]);
  return core.lend([pack(EXIF_CAMERA, exif)], (address) => {
    const camera = core.functions.pd_exif_intrinsics(address!, width, height);
    return camera === 0 ? undefined : { ...core.read(INTRINSICS, camera), width, height };
  });
}
