// The page: depth of a camera or a film, frame by frame.

import { SupportedModels, createWorkerClient, type DepthEstimator, type DepthMap } from 'portrait-depth';
import { choice, clearTrouble, download, element, mountPage, showTrouble, slider } from '../shared/page.js';
import { PERSON_MASK } from '../shared/person.js';
import { acceptFiles, closeCamera, openCamera, pickFile, playVideo } from '../shared/sources.js';
import { paintDepth } from '../shared/turbo.js';

mountPage('..');

/** Longest side of the frames, pixels: enough for a live picture. */
const LONGEST_SIDE = 640;
const OUTSIDE = [24, 26, 29] as const;

const client = createWorkerClient();
const video = document.createElement('video');
const picture = element<HTMLCanvasElement>('picture');
const mirrored = element<HTMLInputElement>('mirrored');
const show = choice('show', () => undefined);
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
let estimator: Promise<DepthEstimator> | undefined;
let stream: MediaStream | undefined;
let started = false; // the first frame sets the limits at once, later ones move them
let run = 0; // grows with every start and stop, which ends the loops of earlier runs

function estimatorOnce(): Promise<DepthEstimator> {
  estimator ??= client.createEstimator(SupportedModels.ARPortraitDepth);
  estimator.catch(() => (estimator = undefined));
  return estimator;
}

function showRunning(running: boolean): void {
  element('start').hidden = running;
  picture.hidden = !running;
  element('speed').hidden = !running;
  element<HTMLButtonElement>('save').disabled = !running;
  element<HTMLButtonElement>('stop').disabled = !running;
}

function stop(): void {
  ++run;
  started = false;
  video.pause();
  closeCamera(stream);
  stream = undefined;
  showRunning(false);
}

async function start(open: () => Promise<MediaStream | File | null>): Promise<void> {
  stop();
  const mine = ++run;
  clearTrouble();
  element('busy').hidden = false;
  try {
    const source = await open();
    const opened = source instanceof MediaStream ? source : undefined;
    if (mine !== run) return closeCamera(opened);
    if (source === null) return;
    stream = opened;
    await playVideo(video, source);
    await loop(await estimatorOnce(), () => mine === run);
  } catch (error) {
    if (mine !== run) return;
    stop();
    showTrouble(error, { label: 'Choose a film', action: () => void choose() });
  } finally {
    if (mine === run) element('busy').hidden = true;
  }
}

const choose = () => start(() => pickFile('video/*'));

/** Moves the limits gradually to the person's range; 2 % of the pixels may lie outside on either side. */
async function followPerson(depth: DepthMap): Promise<void> {
  const mask = depth.mask();
  const raw = (await depth.metres()).filter((_, pixel) => pixel % 7 === 0 && mask[pixel]! >= PERSON_MASK);
  if (raw.length === 0) return;
  raw.sort();
  const at = (share: number) => raw[Math.floor(share * (raw.length - 1))]! / 2; // the API counts in half metres
  const margin = 0.15 * (at(0.98) - at(0.02));
  move('min-depth', at(0.02) - margin);
  move('max-depth', at(0.98) + margin);
}

function move(id: string, target: number): void {
  const input = element<HTMLInputElement>(id);
  const next = input.valueAsNumber + 0.25 * (target - input.valueAsNumber);
  input.value = String(started ? next : target);
  input.dispatchEvent(new Event('input'));
}

/** The current frame of the film, its longest side at most LONGEST_SIDE. */
function grab(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext('2d')!.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

async function loop(network: DepthEstimator, wanted: () => boolean): Promise<void> {
  const frame = document.createElement('canvas');
  const colors = document.createElement('canvas');
  let milliseconds = 0;
  let last = performance.now();
  while (wanted()) {
    const start = performance.now();
    grab(frame);
    const flipHorizontal = mirrored.checked;
    const depth = await network.estimateDepth(frame, {
      minDepth: Math.min(minDepth(), maxDepth()),
      maxDepth: Math.max(minDepth(), maxDepth()),
      flipHorizontal,
    });
    const estimated = performance.now() - start;
    if (!wanted()) return;
    const { width, height } = depth;
    Object.assign(colors, { width, height });
    const painted = paintDepth(await depth.values(), depth.mask(), width, height, OUTSIDE);
    colors.getContext('2d')!.putImageData(painted, 0, 0);
    paint(frame, colors, flipHorizontal);
    if (follow.checked && depth.personFound) {
      await followPerson(depth);
      started = true;
    }
    showRunning(true);
    element('busy').hidden = true;
    await nextFrame();
    const now = performance.now();
    milliseconds = milliseconds === 0 ? now - last : 0.9 * milliseconds + 0.1 * (now - last);
    last = now;
    element('speed').textContent = depth.personFound
      ? `${(1000 / milliseconds).toFixed(1)} frames/s · ${Math.round(estimated)} ms`
      : 'No person found';
  }
}

function paint(frame: HTMLCanvasElement, colors: HTMLCanvasElement, flipped: boolean): void {
  picture.width = frame.width;
  picture.height = frame.height;
  const context = picture.getContext('2d')!;
  const kind = show();
  if (kind !== 'depth') {
    context.save();
    if (flipped) {
      context.translate(frame.width, 0);
      context.scale(-1, 1);
    }
    context.drawImage(frame, 0, 0);
    context.restore();
  }
  if (kind === 'film') return;
  context.globalAlpha = kind === 'over' ? 0.6 : 1;
  context.drawImage(colors, 0, 0);
  context.globalAlpha = 1;
}

for (const id of ['min-depth', 'max-depth'])
  for (const hand of ['pointerdown', 'keydown']) element(id).addEventListener(hand, () => (follow.checked = false));
element('camera').addEventListener('click', () => void start(openCamera));
element('file').addEventListener('click', () => void choose());
element('stop').addEventListener('click', stop);
element('save').addEventListener('click', () =>
  picture.toBlob((blob) => blob !== null && download(blob, 'depth.png'), 'image/png'),
);
acceptFiles(element('stage'), (file) => void start(async () => file));
element('panel').addEventListener('submit', (event) => event.preventDefault());
