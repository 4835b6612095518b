// The page: a portrait becomes a view that turns, and files to download.

import { SupportedModels, createWorkerClient, type DepthEstimator, type DepthMap, type Photo3D } from 'portrait-depth';
import {
  choice,
  clearTrouble,
  download,
  element,
  mayMove,
  mountPage,
  settled,
  showTrouble,
  slider,
} from '../shared/page.js';
import { offerSamples } from '../shared/samples.js';
import { acceptFiles, pickFile, pictureFromBlob, pictureFromUrl, takePhoto } from '../shared/sources.js';
import { paintDepth } from '../shared/turbo.js';
import { cropAround, cropTo, type Crop, type Rectangle } from './crop.js';
import { CropEditor } from './crop_editor.js';
import { Viewer } from './viewer.js';

mountPage('..');

const client = createWorkerClient();
const view3d = element<HTMLCanvasElement>('view3d');
const view2d = element<HTMLCanvasElement>('view2d');
let viewer: Viewer | undefined;
let estimator: Promise<DepthEstimator> | undefined;

/** The loaded photo, and its crop by hand. */
interface Framed {
  original: HTMLCanvasElement;
  freeCrop: Rectangle | undefined;
}
interface Estimated extends Framed {
  cropped: Crop | 'free';
  picture: HTMLCanvasElement;
  depth: DepthMap;
}
interface Built extends Estimated {
  photo: Photo3D;
}

let coming: Framed | undefined; // the photo that is estimated and built now
let shown: Built | undefined;
let backgroundPicture: HTMLCanvasElement | undefined;
let job = 0; // grows with every photo; results of earlier jobs are dropped
let making: AbortController | undefined; // stops the file that is made from `shown`
const timings = { depth: 0, photo: 0 };

const percent = (value: number) => `${Math.round(value * 100)} %`;
const movement = slider('movement', percent, settled(150, updatePath));
const duration = slider('duration', (value) => `${value.toFixed(2)} s`, updateSpeed);
const relief = slider('relief', percent, settled(250, rebuild));
const minDepth = slider('min-depth', (value) => value.toFixed(2), limitsMoved);
const maxDepth = slider('max-depth', (value) => value.toFixed(2), limitsMoved);
const view = choice('view', () => void showView());
const crop = choice('crop', () => void cropChanged());
const cropEditor = new CropEditor(element('stage'));
const preset = element<HTMLSelectElement>('preset');
const background = element<HTMLSelectElement>('background');
const color = element<HTMLInputElement>('color');
const moving = element<HTMLInputElement>('moving');
const downloadButtons = [...document.querySelectorAll<HTMLButtonElement>('[data-format]')];

function busy(text: string | null): void {
  element('busy').hidden = text === null;
  if (text !== null) element('busy').textContent = text;
}

/** Runs work for the current photo. Shows an error with a button for another photo. */
async function forThisPhoto(text: string, work: (stillWanted: () => boolean) => Promise<void>): Promise<void> {
  const mine = ++job;
  busy(text);
  try {
    await work(() => mine === job);
    if (mine === job) clearTrouble();
  } catch (error) {
    if (mine !== job) return;
    if (shown === undefined) startAgain();
    showTrouble(error, { label: 'Choose another photo', action: () => void choose() });
  } finally {
    if (mine === job) {
      busy(null);
      coming = undefined;
    }
  }
}

const limits = () => ({ minDepth: Math.min(minDepth(), maxDepth()), maxDepth: Math.max(minDepth(), maxDepth()) });

function estimatorOnce(): Promise<DepthEstimator> {
  estimator ??= client.createEstimator(SupportedModels.ARPortraitDepth);
  estimator.catch(() => (estimator = undefined));
  return estimator;
}

async function use(load: () => Promise<HTMLCanvasElement | null>): Promise<void> {
  coming = undefined;
  await forThisPhoto('Reading the photo …', async (stillWanted) => {
    const loaded = await load();
    if (loaded === null || !stillWanted()) return;
    cropEditor.close();
    await estimateNow({ original: loaded, freeCrop: undefined }, stillWanted);
  });
}

const estimate = (framed: Framed) =>
  forThisPhoto('Estimating the depth …', (stillWanted) => estimateNow(framed, stillWanted));

async function estimateNow(framed: Framed, stillWanted: () => boolean): Promise<void> {
  coming = framed;
  element('start').hidden = true;
  busy('Estimating the depth …');
  const network = await estimatorOnce();
  const found = await estimateCropped(framed, network);
  if (stillWanted()) await buildNow({ ...framed, ...found }, stillWanted);
}

/** The crop follows the person: the whole picture is estimated first, then its crop. */
async function estimateCropped({ original: whole, freeCrop }: Framed, network: DepthEstimator) {
  const timed = async (image: HTMLCanvasElement, flipAugmentation: boolean) => {
    const start = performance.now();
    const map = await network.estimateDepth(image, { ...limits(), flipAugmentation });
    timings.depth = performance.now() - start;
    return { picture: image, depth: map };
  };
  const cropped = cropOf(freeCrop);
  const part = async () => {
    if (cropped === 'free') return cropTo(whole, freeCrop!);
    if (cropped === 'whole') return whole;
    const { depth } = await timed(whole, false); // only its mask is needed
    return cropAround(whole, depth, cropped);
  };
  return { cropped, ...(await timed(await part(), true)) };
}

/** The chosen crop; a free crop without a rectangle is the whole picture. */
function cropOf(freeCrop: Rectangle | undefined): Crop | 'free' {
  const kind = crop() as Crop | 'free';
  return kind === 'free' && freeCrop === undefined ? 'whole' : kind;
}

/** Applies the chosen crop; a free crop opens the editor first. */
async function cropChanged(): Promise<void> {
  element('crop-change').hidden = crop() !== 'free';
  cropEditor.close();
  const framed = coming ?? shown;
  if (framed === undefined) return;
  let { freeCrop } = framed;
  if (crop() === 'free') {
    const { width, height } = framed.original;
    const middle = { left: width * 0.15, top: height * 0.1, width: width * 0.7, height: height * 0.8 };
    const rectangle = await cropEditor.edit(framed.original, freeCrop ?? middle);
    if (!cropEditor.isOpen) element('crop-change').focus();
    if (rectangle === undefined) return;
    if (rectangle === null && coming === undefined && shown?.cropped === cropOf(freeCrop)) return;
    freeCrop = rectangle ?? freeCrop;
  }
  await estimate({ original: framed.original, freeCrop });
}

/** Builds the shown photo with the current settings. A photo that is being built starts again. */
async function rebuild(): Promise<void> {
  const estimated = shown;
  if (coming !== undefined) await estimate(coming);
  else if (estimated !== undefined)
    await forThisPhoto('Building the 3D photo …', (stillWanted) => buildNow(estimated, stillWanted));
}

function backgroundOptions() {
  const kind = background.value as 'fill' | 'blur' | 'color' | 'picture' | 'transparent';
  const hex = Number.parseInt(color.value.slice(1), 16);
  return {
    kind,
    color: [hex >> 16, (hex >> 8) & 255, hex & 255] as const,
    ...(kind === 'picture' && backgroundPicture !== undefined && { picture: backgroundPicture }),
  };
}

/** Replaces the shown photo once all parts of the new one are there. */
async function buildNow(estimated: Estimated, stillWanted: () => boolean): Promise<void> {
  busy('Building the 3D photo …');
  const start = performance.now();
  const { picture, depth } = estimated;
  const photo = await client.createPhoto3D(picture, depth, { relief: relief(), background: backgroundOptions() });
  const milliseconds = performance.now() - start;
  viewer ??= new Viewer(view3d);
  viewer.moving = moving.checked;
  if (!(await viewer.show(photo, stillWanted))) return photo.dispose();
  timings.photo = milliseconds;
  making?.abort();
  shown?.photo.dispose();
  shown = Object.assign(estimated, { photo });
  showWireframe();
  await updatePath();
  if (stillWanted()) ready();
}

function ready(): void {
  element('views').hidden = false;
  for (const button of downloadButtons) button.disabled = false;
  element('download-hint').textContent = '';
  const badge = element('latency');
  badge.hidden = false;
  badge.textContent = `Depth ${Math.round(timings.depth)} ms · 3D photo ${Math.round(timings.photo)} ms`;
  void showView();
}

function showWireframe(): void {
  const on = element<HTMLInputElement>('wireframe').checked;
  element('wireframe-density-field').hidden = !on;
  viewer?.showWireframe(on ? element<HTMLInputElement>('wireframe-density').valueAsNumber : null);
}

function startAgain(): void {
  ++job;
  busy(null);
  clearTrouble();
  cropEditor.close();
  making?.abort();
  shown?.photo.dispose();
  coming = shown = undefined;
  for (const id of ['view3d', 'view2d', 'views', 'latency']) element(id).hidden = true;
  element('start').hidden = false;
  for (const button of downloadButtons) button.disabled = true;
  element('download-hint').textContent = 'Choose a photo first.';
}

const pathOptions = () => ({
  preset: preset.value || 'orbit',
  strength: movement(),
  durationSeconds: duration(),
});

async function updatePath(): Promise<void> {
  const now = shown?.photo;
  if (now === undefined || viewer === undefined) return;
  try {
    const path = await now.cameraPath(pathOptions());
    if (now !== shown?.photo) return;
    viewer.setPath(path);
    viewer.secondsPerRound = duration();
  } catch (error) {
    if (now === shown?.photo) showTrouble(error);
  }
}

function updateSpeed(): void {
  if (viewer !== undefined) viewer.secondsPerRound = duration();
}

const updateDepth = settled(120, async () => {
  if (coming !== undefined) return estimate(coming);
  const now = shown;
  if (now === undefined) return;
  try {
    const depth = await (await estimatorOnce()).estimateDepth(now.picture, { ...limits(), flipAugmentation: true });
    now.depth = depth;
    if (now === shown) await showView();
  } catch (error) {
    if (now === shown) showTrouble(error);
  }
});
function limitsMoved(): void {
  updateDepth();
}

async function showView(): Promise<void> {
  const kind = view();
  view3d.hidden = kind !== '3d' || shown === undefined;
  view2d.hidden = kind === '3d' || shown === undefined;
  if (kind === '3d' || shown === undefined) return;
  const { picture, depth } = shown;
  const { width, height } = picture;
  view2d.width = width;
  view2d.height = height;
  view2d.setAttribute('aria-label', { depth: 'The depth map', mask: 'The mask', photo: 'The photo' }[kind]!);
  const context = view2d.getContext('2d')!;
  if (kind === 'photo') context.drawImage(picture, 0, 0);
  else if (kind === 'depth')
    context.putImageData(paintDepth(await depth.values(), depth.mask(), width, height, [24, 26, 29]), 0, 0);
  else context.putImageData(gray(depth.mask(), width, height), 0, 0);
}

function gray(plane: Float32Array, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  plane.forEach((value, pixel) => {
    image.data.fill(value * 255, 4 * pixel, 4 * pixel + 3);
    image.data[4 * pixel + 3] = 255;
  });
  return image;
}

async function depthPng(depth: DepthMap): Promise<Blob> {
  const canvas = (await depth.toCanvasImageSource()) as HTMLCanvasElement;
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('The PNG could not be written.')) : resolve(blob)),
      'image/png',
    ),
  );
}

async function make(format: string): Promise<void> {
  const { photo, depth } = shown!;
  const controller = new AbortController();
  making = controller;
  const bar = element<HTMLProgressElement>('making-progress');
  const options = {
    ...pathOptions(),
    signal: controller.signal,
    onProgress: (fraction: number) => (bar.value = fraction),
  };
  const makers: Record<string, () => Promise<Blob>> = {
    gif: () => photo.toGIF(options),
    webm: () => photo.toWebM(options),
    glb: () => photo.toGLB(options),
    png: () => depthPng(depth),
  };
  element('making-label').textContent = `Making the ${format.toUpperCase()} …`;
  element('making').hidden = false;
  element('download-hint').textContent = '';
  bar.value = 0;
  for (const button of downloadButtons) button.disabled = true;
  element('stop').onclick = () => controller.abort();
  try {
    const file = await makers[format]!();
    download(file, format === 'png' ? 'portrait-depth.png' : `portrait.${format}`);
    element('download-hint').textContent = `${format.toUpperCase()}: ${(file.size / 1e6).toFixed(2)} MB`;
  } catch (error) {
    if (!controller.signal.aborted) showTrouble(error, { label: 'Try again', action: () => void make(format) });
    else if (shown !== undefined) element('download-hint').textContent = 'Stopped.';
  } finally {
    element('making').hidden = true;
    for (const button of downloadButtons) button.disabled = shown === undefined;
  }
}

async function choose(): Promise<void> {
  const file = await pickFile('image/*');
  if (file !== null) await use(() => pictureFromBlob(file, file.name));
}

async function backgroundChanged(): Promise<void> {
  element('color-field').hidden = background.value !== 'color';
  if (background.value === 'picture') {
    const file = await pickFile('image/*');
    try {
      backgroundPicture = file === null ? backgroundPicture : await pictureFromBlob(file, file.name);
    } catch (error) {
      showTrouble(error);
    }
    if (backgroundPicture === undefined) background.value = 'fill';
  }
  await rebuild();
}

async function offerPresets(): Promise<void> {
  try {
    for (const { name, description } of await client.cameraPresets()) {
      const words = name.replaceAll('-', ' ');
      const option = new Option(words[0]!.toUpperCase() + words.slice(1), name, name === 'orbit', name === 'orbit');
      option.title = description;
      preset.add(option);
    }
  } catch (error) {
    showTrouble(error, { label: 'Load the page again', action: () => location.reload() });
  }
}

element('choose').addEventListener('click', () => void choose());
element('another').addEventListener('click', startAgain);
element('take').addEventListener('click', () => void use(takePhoto));
acceptFiles(element('stage'), (file) => void use(() => pictureFromBlob(file, file.name)));
preset.addEventListener('change', () => void updatePath());
background.addEventListener('change', () => void backgroundChanged());
color.addEventListener(
  'input',
  settled(250, () => void rebuild()),
);
element('crop-change').addEventListener('click', () => void cropChanged());
element('wireframe').addEventListener('change', showWireframe);
element('wireframe-density').addEventListener('input', showWireframe);
moving.checked = mayMove();
moving.addEventListener('change', () => {
  if (viewer !== undefined) viewer.moving = moving.checked;
});
for (const button of downloadButtons) button.addEventListener('click', () => void make(button.dataset.format!));
element('panel').addEventListener('submit', (event) => event.preventDefault());
void offerSamples((url) => void use(() => pictureFromUrl(url)));
void offerPresets();
