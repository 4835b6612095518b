// Frames become a GIF; the palette, the dithering and the compression are the core's.

import type { Core, Pointer } from './core.js';
import { breathe, type CameraPose, type FilmOptions, type Timed } from './photo3d.js';

export interface GifJob {
  poses: readonly CameraPose[];
  /** Draws a frame and gives where its RGBA is in the core's memory. */
  draw(pose: CameraPose): Pointer;
  width: number;
  height: number;
  options: FilmOptions & Timed;
}

const STUDIED_FRAMES = 6;

export async function encodeGif(core: Core, { poses, draw, width, height, options }: GifJob): Promise<Blob> {
  const f = core.functions;
  const gif = core.check(f.pd_gif_create(width, height, options.framesPerSecond, options.loops ?? 0));
  try {
    // One palette for the whole film, from frames spread over it.
    const studied = Math.min(STUDIED_FRAMES, poses.length);
    const steps = studied + poses.length;
    for (let index = 0; index < studied; ++index) {
      core.check(f.pd_gif_study(gif, draw(poses[Math.floor((index * poses.length) / studied)]!)));
      await breathe(options, index / steps);
    }
    for (const [index, pose] of poses.entries()) {
      core.check(f.pd_gif_write(gif, draw(pose)));
      await breathe(options, (studied + index) / steps);
    }
    const size = core.check(f.pd_gif_finish(gif));
    const bytes = core.bytes(f.pd_gif_bytes(gif), size).slice();
    options.onProgress?.(1);
    return new Blob([bytes], { type: 'image/gif' });
  } finally {
    f.pd_gif_destroy(gif);
  }
}
