// Pictures in files: addresses, Blobs and Files.

import { PortraitDepthError } from './errors.js';
import { loadBytes } from './file_loading.js';

export type PictureFile = string | URL | Blob;

export const isPictureFile = (input: unknown): input is PictureFile =>
  typeof input === 'string' || input instanceof URL || input instanceof Blob;

/** Decodes the picture: upright by its EXIF, in sRGB. Throws PortraitDepthError. The caller closes the bitmap. */
export async function decodePicture(input: PictureFile, signal?: AbortSignal): Promise<ImageBitmap> {
  const blob = input instanceof Blob ? input : await loadPicture(input, signal);
  try {
    return await createImageBitmap(blob);
  } catch (cause) {
    const name = input instanceof Blob ? (input instanceof File && input.name) || 'The image' : String(input);
    const message = `${name} could not be decoded; choose a picture in a format of this browser, for example JPEG or PNG.`;
    throw new PortraitDepthError('unreadable', message, { cause });
  }
}

async function loadPicture(url: string | URL, signal: AbortSignal | undefined): Promise<Blob> {
  const bytes = await loadBytes({ url, name: 'The image', advice: 'check its address' }, { signal });
  return new Blob([bytes]);
}
