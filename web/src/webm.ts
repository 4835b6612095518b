// Frames become a WebM film: WebCodecs encodes VP9, mediabunny writes the container.

import {
  BufferTarget,
  Output,
  Quality,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
  canEncodeVideo,
} from 'mediabunny';
import { PortraitDepthError } from './errors.js';
import { breathe, type CameraPose, type FilmOptions, type Timed } from './photo3d.js';

export interface WebMJob {
  poses: readonly CameraPose[];
  draw(pose: CameraPose): Promise<ImageData>;
  width: number;
  height: number;
  options: FilmOptions & Timed;
}

/** Bits a pixel and frame at quality 0 and at quality 1; VP9 looks clean from about 0.1. */
const BITS_PER_PIXEL = [0.03, 0.25] as const;

export async function encodeWebM({ poses, draw, width, height, options }: WebMJob): Promise<Blob> {
  if (typeof VideoEncoder === 'undefined' || !(await canEncodeVideo('vp9', { width, height })))
    throw new PortraitDepthError(
      'unsupported',
      'This browser cannot encode WebM films; download the GIF, or use a browser with WebCodecs.',
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
      await breathe(options, index / poses.length);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  options.onProgress?.(1);
  return new Blob([target.buffer!], { type: 'video/webm' });
}
