// Encodes frames as a GIF. The core does all of it, with the command's size budget: the same frames give the same bytes.

import type { CameraPose } from './camera_path.js';
import type { Core } from './core.js';
import type { Pointer } from './core_functions.js';
import type { FilmOptions, WithFrameRate } from './film_options.js';
import { reportAndYield } from './long_work.js';

export interface GifJob {
  poses: readonly CameraPose[];
  /** Renders a frame; returns the address of its RGBA in the core's memory. */
  draw(pose: CameraPose): Pointer;
  width: number;
  height: number;
  options: FilmOptions & WithFrameRate;
}

/** The result of pd_gif_encode_step if another step is due. */
const MORE_STEPS = 1;
/** The share of the progress for drawing; the encoding has the rest. */
const DRAWING_SHARE = 0.5;

export async function encodeGif(core: Core, { poses, draw, width, height, options }: GifJob): Promise<Blob> {
  const f = core.functions;
  const gif = core.check(f.pd_gif_create(width, height, options.framesPerSecond, options.loops ?? 0));
  let drawn = 0;
  const report = () => {
    const encoded = (1 - DRAWING_SHARE) * f.pd_gif_encoded_share(gif);
    // A film longer than the core's look-ahead is encoded while it is drawn.
    return reportAndYield(
      options,
      drawn === poses.length ? DRAWING_SHARE + encoded : (DRAWING_SHARE * drawn) / poses.length,
    );
  };
  const encode = async () => {
    while (core.check(f.pd_gif_encode_step(gif)) === MORE_STEPS) await report();
  };
  try {
    for (const pose of poses) {
      core.check(f.pd_gif_write(gif, draw(pose)));
      ++drawn;
      await encode();
      await report();
    }
    core.check(f.pd_gif_end(gif));
    await encode();
    const bytes = core.bytes(f.pd_gif_bytes(gif), f.pd_gif_size(gif)).slice();
    options.onProgress?.(1);
    return new Blob([bytes], { type: 'image/gif' });
  } finally {
    f.pd_gif_destroy(gif);
  }
}
