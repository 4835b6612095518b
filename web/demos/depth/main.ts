// The page: depth of a camera, a film or a photo, frame by frame.

import { createWorkerClient, type DepthEstimator, type DepthMap } from 'portrait-depth';
import { hideBusy, showBusy } from '../shared/busy.js';
import { forgetPhoto, keepPhoto, keptPhoto, type PhotoFile } from '../shared/kept_photo.js';
import { Networks } from '../shared/networks.js';
import { choice, clearTrouble, download, element, mountPage, showTrouble, slider } from '../shared/page.js';
import { PERSON_MASK } from '../shared/person.js';
import { offerSamples } from '../shared/samples.js';
import { acceptFiles, closeCamera, openCamera, pickFile, pictureFrom, playVideo } from '../shared/sources.js';
import { paintDepth } from '../shared/turbo.js';

mountPage('..');

/** Longest side of the frames, pixels: enough for a live picture. */
const LONGEST_SIDE = 640;
const OUTSIDE = [24, 26, 29] as const;

const networks = new Networks(createWorkerClient());
const video = document.createElement('video');
const picture = element<HTMLCanvasElement>('picture');
const panel = element<HTMLFormElement>('panel');
const mirrored = element<HTMLInputElement>('mirrored');
const show = choice('show', showFields);
const minDepth = slider(
  'min-depth',
  (value) => value.toFixed(2),
  () => undefined,
);
const maxDepth = slider(
  'max-depth',
  (value) => value.toFixed(2),
  () => undefined,
);
const follow = element<HTMLInputElement>('follow');
let stream: MediaStream | undefined;
let started = false; // the first frame sets the limits at once, later ones move them
let run = 0; // grows with every start and stop, which ends the loops of earlier runs

/** Limits that follow the person are not set by hand, and the film itself has none. */
function showFields(): void {
  element('limits').hidden = show() === 'film';
  element('limits-by-hand').hidden = follow.checked;
}

function showRunning(running: boolean): void {
  element('start').hidden = running;
  picture.hidden = !running;
  panel.hidden = !running;
  element('speed').hidden = !running;
}

function stop(): void {
  ++run;
  started = false;
  video.pause();
  closeCamera(stream);
  stream = undefined;
  element('kept').hidden = true;
  hideBusy();
  showRunning(false);
}

/** The visitor wants another picture. The start returns once this one is no longer kept. */
async function startAgain(): Promise<void> {
  stop();
  clearTrouble();
  const mine = run;
  await forgetPhoto(() => mine === run);
}

async function start(open: () => Promise<MediaStream | PhotoFile | null>): Promise<void> {
  stop();
  const mine = ++run;
  const wanted = () => mine === run;
  clearTrouble();
  showBusy('Starting …', () => {
    networks.cancel();
    stop();
  });
  try {
    const source = await open();
    const opened = source instanceof MediaStream ? source : undefined;
    if (!wanted()) return closeCamera(opened);
    if (source === null) return stop();
    stream = opened;
    await showSource(source, wanted);
  } catch (error) {
    if (!wanted()) return;
    stop();
    showTrouble(error, [{ label: 'Choose a file', action: () => void choose() }]);
  }
}

async function showSource(source: MediaStream | PhotoFile, wanted: () => boolean): Promise<void> {
  const isPhoto = !(source instanceof MediaStream) && !source.file.type.startsWith('video/');
  if (!isPhoto) await playVideo(video, source);
  const frames = isPhoto ? await pictureFrom(source) : video;
  if (!wanted()) return;
  mirrored.checked = source instanceof MediaStream;
  showPicture(frames);
  const network = await networks.get();
  if (!wanted()) return;
  if (isPhoto) await showPhoto(source, frames as HTMLCanvasElement, network, wanted);
  else await loop(frames, network, wanted);
}

/** Before there is depth. */
function showPicture(frames: HTMLVideoElement | HTMLCanvasElement): void {
  paintFrame(grab(frames, document.createElement('canvas')), mirrored.checked);
  element('start').hidden = true;
  picture.hidden = false;
  picture.focus({ preventScroll: true });
}

const choose = () => start(() => pickFile('image/*,video/*'));

/** Moves the limits gradually to the person's range; 2 % of the pixels may lie outside on either side. */
async function followPerson(depth: DepthMap): Promise<boolean> {
  const mask = depth.mask();
  const raw = (await depth.metres()).filter((_, pixel) => pixel % 7 === 0 && mask[pixel]! >= PERSON_MASK);
  if (raw.length === 0) return false;
  raw.sort();
  const at = (share: number) => raw[Math.floor(share * (raw.length - 1))]! / 2; // the API counts in half metres
  const margin = 0.15 * (at(0.98) - at(0.02));
  const hasMoved = [move('min-depth', at(0.02) - margin), move('max-depth', at(0.98) + margin)];
  started = true;
  return hasMoved.includes(true);
}

function move(id: string, target: number): boolean {
  const input = element<HTMLInputElement>(id);
  const before = input.valueAsNumber;
  input.value = String(started ? before + 0.25 * (target - before) : target);
  input.dispatchEvent(new Event('input'));
  return input.valueAsNumber !== before;
}

/** The current picture; the longest side of a frame is at most LONGEST_SIDE. */
function grab(frames: HTMLVideoElement | HTMLCanvasElement, canvas: HTMLCanvasElement): HTMLCanvasElement {
  const isFilm = frames instanceof HTMLVideoElement;
  const [width, height] = isFilm ? [frames.videoWidth, frames.videoHeight] : [frames.width, frames.height];
  const scale = isFilm ? Math.min(1, LONGEST_SIDE / Math.max(width, height)) : 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')!.drawImage(frames, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const nextSetting = () => new Promise((resolve) => panel.addEventListener('input', resolve, { once: true }));

interface Look {
  depth: DepthMap;
  milliseconds: number;
  /** The limits were moved to the person. */
  hasMoved: boolean;
}

/** Estimates and shows one picture; null if it is no longer wanted. */
async function look(frame: HTMLCanvasElement, network: DepthEstimator, wanted: () => boolean): Promise<Look | null> {
  const start = performance.now();
  const flipHorizontal = mirrored.checked;
  const depth = await network.estimateDepth(frame, {
    minDepth: Math.min(minDepth(), maxDepth()),
    maxDepth: Math.max(minDepth(), maxDepth()),
    flipHorizontal,
  });
  const milliseconds = performance.now() - start;
  const { width, height } = depth;
  const painted = paintDepth(await depth.values(), depth.mask(), width, height, OUTSIDE);
  if (!wanted()) return null;
  const colors = Object.assign(document.createElement('canvas'), { width, height });
  colors.getContext('2d')!.putImageData(painted, 0, 0);
  paint(frame, colors, flipHorizontal);
  const hasMoved = follow.checked && depth.personFound && (await followPerson(depth));
  return wanted() ? { depth, milliseconds, hasMoved } : null;
}

function showLook(badge: string): void {
  showRunning(true);
  hideBusy();
  element('speed').textContent = badge;
}

async function loop(frames: HTMLVideoElement | HTMLCanvasElement, network: DepthEstimator, wanted: () => boolean) {
  const frame = document.createElement('canvas');
  let milliseconds = 0;
  let last = performance.now();
  for (;;) {
    const seen = await look(grab(frames, frame), network, wanted);
    if (seen === null) return;
    await nextFrame();
    if (!wanted()) return;
    const now = performance.now();
    milliseconds = milliseconds === 0 ? now - last : 0.9 * milliseconds + 0.1 * (now - last);
    last = now;
    const speed = `${(1000 / milliseconds).toFixed(1)} frames/s · ${Math.round(seen.milliseconds)} ms`;
    showLook(seen.depth.personFound ? speed : 'No person found');
  }
}

/** A photo is estimated once more after each change of a setting. */
async function showPhoto(
  file: PhotoFile,
  photo: HTMLCanvasElement,
  network: DepthEstimator,
  wanted: () => boolean,
): Promise<void> {
  for (;;) {
    const settingChanged = nextSetting(); // during the estimation too
    const seen = await look(photo, network, wanted);
    if (seen === null) return;
    if (!seen.depth.personFound)
      throw new Error('No person was found in this picture. Choose a picture with a larger person.');
    if (seen.hasMoved) continue;
    showLook(`${Math.round(seen.milliseconds)} ms`);
    element('kept').hidden = !(await keepPhoto(file)) || !wanted();
    await settingChanged;
    if (!wanted()) return;
  }
}

function paintFrame(frame: HTMLCanvasElement, flipped: boolean): void {
  const { width, height } = Object.assign(picture, { width: frame.width, height: frame.height });
  const context = picture.getContext('2d')!;
  if (flipped) context.setTransform(-1, 0, 0, 1, width, 0);
  context.drawImage(frame, 0, 0, width, height);
  context.resetTransform();
}

function paint(frame: HTMLCanvasElement, colors: HTMLCanvasElement, flipped: boolean): void {
  const kind = show();
  paintFrame(frame, flipped);
  if (kind === 'film') return;
  const context = picture.getContext('2d')!;
  context.globalAlpha = kind === 'over' ? 0.6 : 1;
  context.drawImage(colors, 0, 0);
  context.globalAlpha = 1;
}

follow.addEventListener('change', showFields);
element('camera').addEventListener('click', () => void start(openCamera));
element('file').addEventListener('click', () => void choose());
element('stop').addEventListener('click', () => void startAgain());
element('forget').addEventListener('click', () => void startAgain());
element('save').addEventListener('click', () =>
  picture.toBlob((blob) => blob !== null && download(blob, 'depth.png'), 'image/png'),
);
acceptFiles(element('stage'), (file) => void start(async () => file));
panel.addEventListener('submit', (event) => event.preventDefault());
showFields();
showRunning(false);
void offerSamples(['film', 'photo'], (load) => void start(load));
networks.loadWhenIdle();
void keptPhoto().then((kept) => {
  if (kept !== undefined && run === 0) void start(async () => kept);
});
