// Photos with depth inside, made by the command from the astronaut and a depth map that differs from the network's.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { output, portrait } from './files.js';
import { readNpy, writeNpy } from './npy.js';
import { project } from './server.js';

export const command = process.env.PORTRAIT_DEPTH_COMMAND ?? join(project, 'bin/portrait-depth');
export const hasCommand = existsSync(command);

const shared = process.env.PORTRAIT_DEPTH_SHARED ?? join(project, '../shared');
export const sensorPhoto = (name: string) => join(shared, 'sensor', name);

export const run = (...args: string[]) => execFileSync(command, [...args, '--quiet'], { stdio: 'pipe' });

/** The depth of a photo by the command, in metres. */
export function nativeDepth(photo: string, ...options: string[]) {
  const file = join(output, 'native_depth.npy');
  run('depth', photo, '-o', file, ...options);
  return readNpy(file);
}

/** A depth map of the astronaut in metres: farther than the network's, deeper, and tilted; holes on the background. */
export function ownDepth(): { file: string; values: Float32Array<ArrayBuffer>; width: number; height: number } {
  const { values, shape } = nativeDepth(portrait);
  const own = values.map((z, at) => 1.15 * z + 0.03 * Math.sin((at % shape[1]) / 40) + (0.05 * at) / values.length);
  const file = join(output, 'own_depth.npy');
  writeNpy(file, own, shape);
  return { file, values: own, width: shape[1], height: shape[0] };
}

/** The astronaut as a JPEG with that depth inside. */
export function depthPhoto(form: 'gdepth' | 'dynamic-depth'): string {
  const file = join(output, `${form}.jpg`);
  run('photo3d', portrait, '--depth', ownDepth().file, '--depth-form', form, '-o', file);
  return file;
}
