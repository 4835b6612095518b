// The camera of a photo by its EXIF, with the rules of the command (src/io/photo_exif.cpp). Tags: CIPA DC-008,
// "Exchangeable image file format for digital still cameras: Exif Version 2.32".

import type * as Exifr from 'exifr';
import { assetUrl } from './assets.js';
import type { EstimationRequest } from './estimation_config.js';
import { importScript } from './file_loading.js';
import { isPictureFile, loadPicture } from './picture_files.js';
import type { Intrinsics, PixelInput, RuntimeConfig } from './types.js';

const TAGS = {
  focalLength: 0x920a,
  focalLength35mm: 0xa405,
  width: 0xa002,
  height: 0xa003,
  focalPlaneXResolution: 0xa20e,
  focalPlaneResolutionUnit: 0xa210,
};
const CENTIMETRE = 3;
/** The diagonal of 35 mm film's frame, 36 x 24 mm. */
const FILM_DIAGONAL_MILLIMETRES = 43.2666;
const SHORTEST_FOCAL_LENGTH_35MM = 5;
const LONGEST_FOCAL_LENGTH_35MM = 2000;

interface Size {
  width: number;
  height: number;
}
type Exif = Partial<Record<keyof typeof TAGS, number>>;

/** The input and its request; with the picture's loaded file if the request needs its EXIF. */
export async function withFile<Request extends EstimationRequest>(
  input: PixelInput,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<{ input: PixelInput; request: Request }> {
  if (request.readExif !== true || !isPictureFile(input)) return { input, request };
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

/** The positive numbers among the tags; 0 means unknown in EXIF. Empty for a file without readable EXIF. */
async function readExif(file: Blob, config: RuntimeConfig): Promise<Exif> {
  const { parse } = await importScript<typeof Exifr>(assetUrl('exifr.lite.mjs', config), 'The EXIF reader');
  const bytes = await file.arrayBuffer();
  // The reader rejects damaged EXIF and formats that it does not know: then the camera is unknown.
  const values = ((await parse(bytes, OPTIONS).catch(() => undefined)) ?? {}) as Record<number, unknown>;
  const numbers = Object.entries(TAGS).map(([name, tag]) => [name, values[tag]] as const);
  return Object.fromEntries(
    numbers.filter(([, value]) => typeof value === 'number' && Number.isFinite(value) && value > 0),
  ) as Exif;
}

const diagonal = ({ width, height }: Size) => Math.hypot(width, height);

/** EXIF's own size of the picture, upright: other than the file's size where an editor cropped or scaled. */
function exifSize({ width, height }: Exif, picture: Size): Size | undefined {
  if (width === undefined || height === undefined) return undefined;
  // Phones write the size as the sensor lies, so the longer side is matched to the longer side.
  const [longer, shorter] = [Math.max(width, height), Math.min(width, height)];
  return picture.height > picture.width ? { width: shorter, height: longer } : { width: longer, height: shorter };
}

/** Pixels of the whole frame's diagonal, in the scale of the picture. */
function frameDiagonal(exif: Exif, picture: Size): number {
  const size = exifSize(exif, picture);
  if (size === undefined) return diagonal(picture);
  const [across, down] = [picture.width / size.width, picture.height / size.height];
  const isSameShape = Math.abs(across - down) < 0.01 * Math.max(across, down);
  // A crop keeps its focal length in pixels.
  const isCropped = !isSameShape && across < 1.005 && down < 1.005;
  return diagonal(isCropped ? size : picture);
}

/** The focal length from the sensor's resolution, in pixels of the picture. */
function focalLengthFromSensor(exif: Exif, picture: Size): number | undefined {
  const { focalLength, focalPlaneXResolution, focalPlaneResolutionUnit } = exif;
  const size = exifSize(exif, picture);
  if (focalLength === undefined || focalPlaneXResolution === undefined || size === undefined) return undefined;
  const unitMillimetres = focalPlaneResolutionUnit === CENTIMETRE ? 10 : 25.4;
  // The resolution belongs to the size that EXIF names; a picture scaled as a whole scales it.
  return (((focalLength * focalPlaneXResolution) / unitMillimetres) * frameDiagonal(exif, picture)) / diagonal(size);
}

/**
 * The camera of the upright picture in the file, its center in the middle; undefined for a file without a usable focal
 * length. The first call loads the EXIF reader, and rejects with a PortraitDepthError if that is missing.
 */
export async function intrinsicsFromExif(
  file: Blob,
  { width, height }: Size,
  config: RuntimeConfig,
): Promise<Intrinsics | undefined> {
  const exif = await readExif(file, config);
  const picture = { width, height };
  const frame = frameDiagonal(exif, picture);
  const { focalLength35mm } = exif;
  const focalLength =
    focalLength35mm === undefined
      ? focalLengthFromSensor(exif, picture)
      : (focalLength35mm / FILM_DIAGONAL_MILLIMETRES) * frame;
  if (focalLength === undefined) return undefined;
  const as35mm = (focalLength * FILM_DIAGONAL_MILLIMETRES) / frame;
  if (as35mm < SHORTEST_FOCAL_LENGTH_35MM || as35mm > LONGEST_FOCAL_LENGTH_35MM) return undefined;
  return { fx: focalLength, fy: focalLength, cx: width / 2, cy: height / 2, width, height };
}
