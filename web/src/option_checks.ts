// Checks the types of options and poses, for callers without TypeScript. The core checks the ranges of numbers.

import type { CameraPose } from './camera_path.js';
import { PortraitDepthError } from './errors.js';
import type { FilmOptions } from './film_options.js';
import type { Photo3DOptions } from './photo3d_types.js';

const NUMBERS = [
  'strength',
  'durationSeconds',
  'framesPerSecond',
  'width',
  'height',
  'loops',
  'quality',
  'edgeSlope',
  'relief',
  'maxTextureSize',
] as const;

const wrong = (name: string, wanted: string, given: unknown) =>
  new PortraitDepthError('invalid_argument', `${name} must be ${wanted}, not ${String(given)}.`);

/** Throws PortraitDepthError, like all checks of this file. */
export function checkNumber(name: string, value: unknown): void {
  if (typeof value !== 'number') throw wrong(name, 'a number', value);
}

export function checkFinite(name: string, value: unknown): void {
  checkNumber(name, value);
  if (!Number.isFinite(value)) throw wrong(name, 'finite', value);
}

function checkThree(name: string, wanted: string, value: unknown, fits: (number: number) => boolean): void {
  const numbers: unknown[] = Array.from((value ?? []) as Iterable<unknown>);
  if (numbers.length !== 3 || !numbers.every((number) => typeof number === 'number' && fits(number)))
    throw wrong(name, wanted, value);
}

export function checkColor(name: string, value: unknown): void {
  checkThree(name, 'three numbers of 0 to 255', value, (part) => part >= 0 && part <= 255);
}

function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw wrong(name, 'an object', value);
}

/** Checks the options of a 3D photo, of its camera paths, frames and films. */
export function checkOptions(options: FilmOptions & Omit<Photo3DOptions, 'background'>): void {
  checkObject('options', options);
  for (const name of NUMBERS) if (options[name] !== undefined) checkNumber(name, options[name]);
  const { onProgress } = options;
  if (onProgress && typeof onProgress !== 'function') throw wrong('onProgress', 'a function', onProgress);
}

export function checkPose(pose: CameraPose): void {
  checkObject('pose', pose);
  for (const name of ['position', 'lookAt', 'up'] as const)
    checkThree(`pose.${name}`, 'three numbers', pose[name], () => true);
  checkNumber('pose.zoom', pose.zoom);
}
