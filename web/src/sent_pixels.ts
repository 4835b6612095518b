// Pictures on their way to the worker.

import { transfer } from 'comlink';
import { drawableSize, isImageData, isTensor, toPixels, unreadable, type Pixels } from './pixels.js';
import { decodePicture, isPictureFile } from './picture_files.js';
import type { PixelInput } from './types.js';

/** The forms in which pictures are sent to a worker. */
export type SentPixels = ImageBitmap | ImageData | { shape: number[]; values: Float32Array<ArrayBuffer> };

/** Sends pixels as they are; copies drawable inputs to a bitmap, on another thread if the browser can. */
async function toSent(
  input: PixelInput,
  signal: AbortSignal | undefined,
): Promise<{ sent: SentPixels; transferables: Transferable[] }> {
  if (isPictureFile(input)) {
    const sent = await decodePicture(input, signal);
    return { sent, transferables: [sent] };
  }
  if (isTensor(input)) {
    const values = Float32Array.from(await input.data());
    return { sent: { shape: [...input.shape], values }, transferables: [values.buffer] };
  }
  if (isImageData(input)) return { sent: input, transferables: [] };
  if (typeof HTMLImageElement !== 'undefined' && input instanceof HTMLImageElement)
    await input.decode().catch(() => undefined);
  const { width, height } = drawableSize(input);
  try {
    // Resizing runs on this thread, so only an image that is shown in another size than its own is resized.
    const isResized = 'naturalWidth' in input && (input.naturalWidth !== width || input.naturalHeight !== height);
    const bitmap = isResized
      ? await createImageBitmap(input, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' })
      : await createImageBitmap(input);
    const sent = structuredClone(bitmap, { transfer: [bitmap] }); // throws here, not while sending
    return { sent, transferables: [sent] };
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** The input in a form that Comlink sends to the worker without a copy. Throws PortraitDepthError as toPixels does. */
export async function sendable(input: PixelInput, signal?: AbortSignal): Promise<SentPixels> {
  const { sent, transferables } = await toSent(input, signal);
  return transfer(sent, transferables);
}

/** The pixels of a sent picture, in the worker. */
export async function received(sent: SentPixels): Promise<Pixels> {
  const input =
    'values' in sent ? ({ shape: sent.shape, data: async () => sent.values } as unknown as PixelInput) : sent;
  const pixels = await toPixels(input as PixelInput);
  if (sent instanceof ImageBitmap) sent.close();
  return pixels;
}
