// Encodes frames as a GIF; the core makes the palette, the dithering and the compression.

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

/** Frames from which the palette is made. */
const PALETTE_FRAMES = 6;

export async function encodeGif(core: Core, { poses, draw, width, height, options }: GifJob): Promise<Blob> {
  const f = core.functions;
  const gif = core.check(f.pd_gif_create(width, height, options.framesPerSecond, options.loops ?? 0));
  try {
    // One palette serves the whole film; its frames are spread evenly over the film.
    const studied = Math.min(PALETTE_FRAMES, poses.length);
    const steps = studied + poses.length;
    for (let index = 0; index < studied; ++index) {
      core.check(f.pd_gif_study(gif, draw(poses[Math.floor((index * poses.length) / studied)]!)));
      await reportAndYield(options, index / steps);
    }
    for (const [index, pose] of poses.entries()) {
      core.check(f.pd_gif_write(gif, draw(pose)));
      await reportAndYield(options, (studied + index) / steps);
    }
    const size = core.check(f.pd_gif_finish(gif));
    const bytes = core.bytes(f.pd_gif_bytes(gif), size).slice();
    options.onProgress?.(1);
    return new Blob([bytes], { type: 'image/gif' });
  } finally {
    f.pd_gif_destroy(gif);
  }
}
