// Encodes frames as a WebM film: WebCodecs encodes VP9, mediabunny writes the container.

import {
  BufferTarget,
  Output,
  Quality,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
  canEncodeVideo,
} from 'mediabunny';
import type { CameraPose } from './camera_path.js';
import { PortraitDepthError } from './errors.js';
import type { FilmOptions, WithFrameRate } from './film_options.js';
import { reportAndYield } from './long_work.js';

export interface WebMJob {
  poses: readonly CameraPose[];
  draw(pose: CameraPose): Promise<ImageData>;
  width: number;
  height: number;
  options: FilmOptions & WithFrameRate;
}

/** Bits for each pixel and frame at quality 0 and at quality 1; VP9 has few artifacts from about 0.1. */
const BITS_PER_PIXEL = [0.03, 0.25] as const;

export async function encodeWebM({ poses, draw, width, height, options }: WebMJob): Promise<Blob> {
  if (typeof VideoEncoder === 'undefined' || !(await canEncodeVideo('vp9', { width, height })))
    throw new PortraitDepthError(
      'unsupported',
      'This browser cannot encode WebM films; use toGIF, or a browser with WebCodecs and VP9.',
    );
  const { framesPerSecond, quality = 0.75 } = options;
  if (!(quality >= 0 && quality <= 1))
    throw new PortraitDepthError('invalid_argument', `The quality of a WebM film is 0 to 1, not ${quality}.`);
  const [low, high] = BITS_PER_PIXEL;
  const bits = low * (high / low) ** quality;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new VideoSampleSource({
    codec: 'vp9',
    quality: new Quality({ bitrate: Math.round(bits * width * height * framesPerSecond) }),
    latencyMode: 'quality',
    keyFrameInterval: 5,
  });
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  try {
    for (const [index, pose] of poses.entries()) {
      const frame = await draw(pose);
      const sample = new VideoSample(frame.data.buffer, {
        format: 'RGBA',
        codedWidth: width,
        codedHeight: height,
        timestamp: index / framesPerSecond,
        duration: 1 / framesPerSecond,
      });
      await source.add(sample);
      sample.close();
      await reportAndYield(options, index / poses.length);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  options.onProgress?.(1);
  return new Blob([target.buffer!], { type: 'video/webm' });
}
