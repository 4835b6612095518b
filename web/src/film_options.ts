// Size, rate and quality of frames and films.

import type { CameraPathOptions } from './camera_path.js';
import type { LongWork } from './long_work.js';

export interface FrameSize {
  /**
   * Pixels, rounded down. With one side given, the other one follows from the photo's shape and both are even. With no
   * side given, the frame has the usual size of the file's format, as the command `portrait-depth` makes it, and is not
   * larger than the photo. The sides of a WebM film are always even.
   */
  width?: number;
  height?: number;
}

export interface FilmOptions extends CameraPathOptions, FrameSize, LongWork {
  /** For toGIF: number of times that the film plays; 0 (default) plays it forever. */
  loops?: number;
  /** For toWebM: 0..1; a larger value gives a better and larger file. Default: 0.75. */
  quality?: number;
}

/** @internal Options whose frame rate is decided. */
export interface WithFrameRate {
  framesPerSecond: number;
}
