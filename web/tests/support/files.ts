// Other programs' reports on our files.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { validateBytes } from 'gltf-validator';
import { project, web } from './server.js';

export const output = join(web, 'tests/output');
mkdirSync(output, { recursive: true });

export const portrait = join(project, '.deps/samples/astronaut.png');

export interface FilmFacts {
  codec: string;
  width: number;
  height: number;
  frames: number;
  seconds: number;
}

/** Decodes every frame. */
export function probeFilm(file: string): FilmFacts {
  const entries = 'stream=codec_name,width,height,nb_read_frames:format=duration';
  const text = execFileSync('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', entries, '-of', 'json', file]);
  const { streams, format } = JSON.parse(text.toString()) as {
    streams: { codec_name: string; width: number; height: number; nb_read_frames: string }[];
    format: { duration: string };
  };
  const [stream] = streams;
  return {
    codec: stream!.codec_name,
    width: stream!.width,
    height: stream!.height,
    frames: Number(stream!.nb_read_frames),
    seconds: Number(format.duration),
  };
}

/** Frame number `frame` in RGB bytes. */
export function decodeFrame(file: string, frame: number): Buffer {
  const filter = `select=eq(n\\,${frame})`;
  const args = ['-v', 'error', '-i', file, '-vf', filter, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  return execFileSync('ffmpeg', args, { maxBuffer: 1 << 28 });
}

/** Mean absolute difference, 0..255. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; ++index) sum += Math.abs(a[index]! - b[index]!);
  return sum / a.length;
}

export async function validateGlb(bytes: Uint8Array) {
  const report = (await validateBytes(bytes, { maxIssues: 20 })) as {
    issues: { numErrors: number; numWarnings: number; messages: { code: string; message: string; pointer: string }[] };
    info: { animationCount: number; totalTriangleCount: number; drawCallCount: number };
  };
  return report;
}
