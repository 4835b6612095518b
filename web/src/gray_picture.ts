// A picture of one value a pixel, from the bytes of a JPEG, PNG, HEIC, …

import { openGrayPng, type GrayPicture } from './gray_png.js';
import { toPixels } from './pixels.js';

/** Reads the size. Undefined if the browser does not decode the file. */
export async function openGrayPicture(bytes: Uint8Array<ArrayBuffer>): Promise<GrayPicture | undefined> {
  const png = openGrayPng(bytes);
  if (png !== undefined) return png;
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none' }).catch(() => undefined);
  if (bitmap === undefined) return undefined;
  const { width, height } = bitmap;
  const values = async () => {
    const { data } = await toPixels(bitmap);
    const result = new Float32Array(width * height);
    for (let pixel = 0; pixel < result.length; ++pixel) result[pixel] = data[4 * pixel]! / 255;
    return result;
  };
  return { width, height, values, dispose: () => bitmap.close() };
}
