// Pictures in files: addresses, Blobs and Files.

import { PortraitDepthError } from './errors.js';
import { loadBytes } from './file_loading.js';

export type PictureFile = string | URL | Blob;

export const isPictureFile = (input: unknown): input is PictureFile =>
  typeof input === 'string' || input instanceof URL || input instanceof Blob;

/** Decodes the picture: upright by its EXIF, in sRGB. Throws PortraitDepthError. The caller closes the bitmap. */
export async function decodePicture(input: PictureFile, signal?: AbortSignal): Promise<ImageBitmap> {
  const file = await loadPicture(input, signal);
  try {
    return await createImageBitmap(file);
  } catch (cause) {
    const name = (file instanceof File && file.name) || 'The image';
    const message = `${name} could not be decoded; choose a picture in a format of this browser, for example JPEG or PNG.`;
    throw new PortraitDepthError('unreadable', message, { cause });
  }
}

/** The file's content; an address becomes a File whose name is the address. Throws PortraitDepthError. */
export async function loadPicture(input: PictureFile, signal?: AbortSignal): Promise<Blob> {
  if (input instanceof Blob) return input;
  const bytes = await loadBytes({ url: input, name: 'The image', advice: 'check its address' }, { signal });
  return new File([bytes], String(input));
}
