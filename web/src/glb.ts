// Encodes the 3D photo as binary glTF: the core writes the file, the browser encodes its textures.

import type { Core } from './core.js';
import type { Pointer } from './core_functions.js';
import { TEXTURE } from './core_structs.js';
import { PortraitDepthError } from './errors.js';
import type { FilmOptions, WithFrameRate } from './film_options.js';
import { reportAndYield } from './long_work.js';

enum Part {
  inside,
  edge,
  background,
}

const JPEG_QUALITY = 0.92;

export interface GlbJob {
  core: Core;
  /** The 3D photo's address in the core; throws after its disposal, so call it again after each await. */
  photo(): Pointer;
  /** Makes the file's camera path in the core. */
  makePath(): Promise<unknown>;
  options: FilmOptions & WithFrameRate;
}

/** JPEG, or PNG for the edge, which alone has alpha. Empty if the photo has no such part. */
async function encodeTexture({ core, photo }: GlbJob, part: Part): Promise<Uint8Array> {
  const { pixels, width, height } = core.read(TEXTURE, core.functions.pd_glb_texture(photo(), part));
  if (width === 0) return new Uint8Array(0);
  const image = new ImageData(core.bytes(pixels, width * height * 4).slice(), width, height);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  const type = part === Part.edge ? 'image/png' : 'image/jpeg';
  return new Uint8Array(await (await canvas.convertToBlob({ type, quality: JPEG_QUALITY })).arrayBuffer());
}

export async function encodeGlb(job: GlbJob): Promise<Blob> {
  if (typeof OffscreenCanvas === 'undefined')
    throw new PortraitDepthError(
      'unsupported',
      'This browser has no OffscreenCanvas, which GLB files need; use toGIF or another browser.',
    );
  const { core, photo, options } = job;
  const inside = await encodeTexture(job, Part.inside);
  await reportAndYield(options, 0.3);
  const edge = await encodeTexture(job, Part.edge);
  await reportAndYield(options, 0.6);
  const background = await encodeTexture(job, Part.background);
  await reportAndYield(options, 0.8);
  await job.makePath();
  const handle = photo();
  const file = core.lend([inside, edge, background], (insideAt, edgeAt, backgroundAt) => {
    const [a, b, c] = [inside.length, edge.length, background.length];
    const size = core.check(
      core.functions.pd_glb_encode(handle, insideAt!, a, edgeAt!, b, backgroundAt!, c, options.framesPerSecond),
    );
    return core.bytes(core.functions.pd_glb_bytes(handle), size).slice();
  });
  options.onProgress?.(1);
  return new Blob([file], { type: 'model/gltf-binary' });
}
