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
    const name = nameOf(file);
    if (await isHeic(file))
      throw new PortraitDepthError(
        'unsupported',
        `${name}: unsupported: this browser does not decode HEIC, nor the depth inside it. Use Safari, or convert the photo to JPEG; \`portrait-depth photo3d\` keeps the depth.`,
        { cause },
      );
    const message = `${name} could not be decoded; choose a picture in a format of this browser, for example JPEG or PNG.`;
    throw new PortraitDepthError('unreadable', message, { cause });
  }
}

/** The file's name for errors. */
export const nameOf = (file: Blob): string => (file instanceof File && file.name) || 'The image';

const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'];

/** Whether the file is HEVC coded: its main brand, or a compatible one, is HEIC's. */
export async function isHeic(file: Blob): Promise<boolean> {
  const start = new TextDecoder('latin1').decode(await file.slice(0, 64).arrayBuffer());
  if (start.slice(4, 8) !== 'ftyp') return false;
  const brands = start.slice(8, 8 + Math.max(4, start.charCodeAt(3) - 8)).match(/.{4}/gs) ?? [];
  return brands.some((brand) => HEIC_BRANDS.includes(brand));
}

/** The file's content; an address becomes a File whose name is the address. Throws PortraitDepthError. */
export async function loadPicture(input: PictureFile, signal?: AbortSignal): Promise<Blob> {
  if (input instanceof Blob) return input;
  const bytes = await loadBytes({ url: input, name: 'The image', advice: 'check its address' }, { signal });
  return new File([bytes], String(input));
}
