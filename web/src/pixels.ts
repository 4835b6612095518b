// Converts pictures of every kind to plain RGBA bytes.

import { PortraitDepthError } from './errors.js';
import { decodePicture, isPictureFile, type PictureFile } from './picture_files.js';
import type { AnyTensor } from './tensor_types.js';
import type { PixelInput } from './types.js';

/** 8-bit sRGB with straight alpha, four bytes for each pixel, row by row. */
export interface Pixels {
  data: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}

export type Drawable = Exclude<PixelInput, AnyTensor | ImageData | PictureFile>;

/** The name of a value's class, which is the same for objects of other windows. */
const classOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);

const DRAWABLE = [
  'HTMLImageElement',
  'HTMLCanvasElement',
  'OffscreenCanvas',
  'HTMLVideoElement',
  'ImageBitmap',
  'VideoFrame',
];

/** The size that TensorFlow.js' `fromPixels` would use. */
function sizeOf(input: Drawable): { width: number; height: number } {
  if ('videoWidth' in input) return { width: input.videoWidth, height: input.videoHeight };
  if ('displayWidth' in input) return { width: input.displayWidth, height: input.displayHeight };
  const { width, height } = input;
  return { width, height };
}

/** The size of a drawable picture. Throws PortraitDepthError for other values, and for pictures without pixels. */
export function drawableSize(input: Drawable): { width: number; height: number } {
  const kind = classOf(input);
  const { data } = Object(input) as Partial<ImageData>;
  if (ArrayBuffer.isView(data))
    throw new PortraitDepthError(
      'invalid_argument',
      `An ImageData of width x height x 4 bytes is needed, not ${data.byteLength} bytes in a ${classOf(data)}; draw it on a canvas and pass that.`,
    );
  if (!DRAWABLE.includes(kind))
    throw new PortraitDepthError(
      'invalid_argument',
      `An image, canvas, video, ImageData, ImageBitmap, VideoFrame, Blob, address or tensor is needed, not ${
        typeof input === 'object' && input !== null ? `an object of kind ${kind}` : String(input)
      }.`,
    );
  const { width, height } = sizeOf(input);
  if (width > 0 && height > 0) return { width, height };
  throw new PortraitDepthError(
    'invalid_argument',
    kind === 'ImageBitmap' || kind === 'VideoFrame'
      ? `The ${kind} was closed; pass one that is still open.`
      : 'The image has no pixels yet; wait until it is loaded.',
  );
}

export function isTensor(input: unknown): input is AnyTensor {
  const tensor = input as Partial<AnyTensor> | null;
  return typeof tensor === 'object' && Array.isArray(tensor?.shape) && typeof tensor.data === 'function';
}

/** True for 8 bits per channel; also for ImageData of another window and for plain objects of that shape. */
export function isImageData(input: unknown): input is ImageData {
  const image = input as Partial<ImageData> | null;
  return (
    typeof image === 'object' &&
    image?.data !== undefined &&
    ['Uint8ClampedArray', 'Uint8Array'].includes(classOf(image.data)) &&
    typeof image.width === 'number' &&
    image.data.byteLength === image.width * (image.height ?? 0) * 4
  );
}

async function fromTensor(tensor: AnyTensor): Promise<Pixels> {
  const [height, width, channels] = tensor.shape as [number, number, number];
  if (tensor.shape.length !== 3 || ![1, 3, 4].includes(channels))
    throw new PortraitDepthError(
      'invalid_argument',
      `An image tensor has the shape [height, width, 1, 3 or 4], this one has [${tensor.shape}].`,
    );
  const values = await tensor.data();
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; ++pixel) {
    const from = pixel * channels;
    for (let channel = 0; channel < 3; ++channel)
      data[pixel * 4 + channel] = values[from + (channels === 1 ? 0 : channel)]!;
    data[pixel * 4 + 3] = channels === 4 ? values[from + 3]! : 255;
  }
  return { data, width, height };
}

let scratch: OffscreenCanvas | HTMLCanvasElement | undefined;

function scratchContext(width: number, height: number): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  scratch ??= typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
  if (scratch.width !== width || scratch.height !== height) {
    scratch.width = width;
    scratch.height = height;
  }
  const context = scratch.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D | null;
  if (context === null)
    throw new PortraitDepthError('unsupported', 'This browser has no 2D canvas; pass ImageData instead.');
  context.clearRect(0, 0, width, height);
  return context;
}

function fromDrawable(input: Drawable): Pixels {
  const { width, height } = drawableSize(input);
  try {
    const context = scratchContext(width, height);
    context.drawImage(input, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** Converts the browser's exceptions from drawing, reading or sending an image. */
export function unreadable(cause: unknown): unknown {
  if (!(cause instanceof DOMException)) return cause;
  const message = ['SecurityError', 'DataCloneError'].includes(cause.name)
    ? 'The image comes from another site without permission to read it; load it with crossOrigin="anonymous".'
    : 'The image could not be decoded; try another file.';
  return new PortraitDepthError('unreadable', message, { cause });
}

/** Throws PortraitDepthError for values that are not pictures, and for pictures that are not loaded or not readable. */
export async function toPixels(input: PixelInput, signal?: AbortSignal): Promise<Pixels> {
  if (isPictureFile(input)) {
    const bitmap = await decodePicture(input, signal);
    const pixels = fromDrawable(bitmap);
    bitmap.close();
    return pixels;
  }
  if (isTensor(input)) return fromTensor(input);
  if (isImageData(input)) {
    if (!(input.width > 0 && input.height > 0)) throw new PortraitDepthError('invalid_argument', 'The image is empty.');
    return input as Pixels;
  }
  if (typeof HTMLImageElement !== 'undefined' && input instanceof HTMLImageElement && !input.complete)
    await input.decode().catch(() => undefined); // fromDrawable reports an image without pixels
  return fromDrawable(input);
}

/** Pixels from values 0..1: `word` returns the RGBA bytes (red lowest) of a value 0..255. */
export function fromPlane(
  values: Float32Array,
  width: number,
  height: number,
  word: (value: number) => number,
): Pixels {
  const words = Uint32Array.from({ length: 256 }, (_, value) => word(value));
  const data = new Uint32Array(values.length); // little-endian, as every machine that runs WebAssembly
  for (let pixel = 0; pixel < values.length; ++pixel) data[pixel] = words[(values[pixel]! * 255 + 0.5) | 0]!;
  return { data: new Uint8ClampedArray(data.buffer), width, height };
}

/** A canvas with the pixels: an element if there is a document, else an OffscreenCanvas. */
export function toCanvas(pixels: Pixels): HTMLCanvasElement | OffscreenCanvas {
  const canvas =
    typeof document === 'undefined'
      ? new OffscreenCanvas(pixels.width, pixels.height)
      : Object.assign(document.createElement('canvas'), { width: pixels.width, height: pixels.height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  return canvas;
}
