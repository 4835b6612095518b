// The page: a portrait becomes a view that turns, and files to download.

import {
  createWorkerClient,
  PortraitDepthError,
  type DepthEstimator,
  type DepthMap,
  type GivenDepth,
  type Photo3D,
} from 'portrait-depth';
import { hideBusy, showBusy } from '../shared/busy.js';
import { forgetPhoto, keepPhoto, keptPhoto, type PhotoFile } from '../shared/kept_photo.js';
import { Networks } from '../shared/networks.js';
import {
  choice,
  clearTrouble,
  element,
  mayMove,
  mountPage,
  settled,
  showTrouble,
  slider,
  type WayOn,
} from '../shared/page.js';
import { offerSamples } from '../shared/samples.js';
import { acceptFiles, pickFile, pictureFrom, takePhoto } from '../shared/sources.js';
import { cropTo, givenDepthIn, rectangleAround, type Crop, type Rectangle } from './crop.js';
import { CropEditor } from './crop_editor.js';
import { Files } from './files.js';
import { paintFlat, paintPicture, type FlatKind } from './flat_view.js';
import { ledView } from './led_view.js';
import { Viewer } from './viewer.js';

mountPage('..');

const client = createWorkerClient();
const networks = new Networks(client);
const view3d = element<HTMLCanvasElement>('view3d');
const view2d = element<HTMLCanvasElement>('view2d');
let viewer: Viewer | undefined;

/** The loaded photo, and the choices of the visitor for it. */
interface Framed {
  file: PhotoFile;
  original: HTMLCanvasElement;
  /** The depth inside the file, or the reason why it cannot be used. */
  inside: GivenDepth | string | null;
  /** The part that was framed by hand. */
  freeCrop: Rectangle | undefined;
  /** The visitor wants a subject without a visible face. */
  anySubject: boolean;
}
interface Estimated extends Framed {
  cropped: Crop | 'free';
  picture: HTMLCanvasElement;
  /** The depth inside the file, for this picture. */
  given: { givenDepth: GivenDepth } | undefined;
  depth: DepthMap;
}
interface Built extends Estimated {
  photo: Photo3D;
}

let coming: Framed | undefined; // the photo that is estimated and built now
let shown: Built | undefined;
let backgroundPicture: HTMLCanvasElement | undefined;
let job = 0; // grows with every photo; results of earlier jobs are dropped
let work: AbortController | undefined; // of the current job
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
const files = new Files(() => shown && { photo: shown.photo, depth: shown.depth, path: pathOptions() });

/** The subject has no visible face. */
class FaceError extends Error {}

const anotherPhoto: WayOn = { label: 'Choose another photo', action: () => void choose() };

/** Runs work for the current photo. Shows an error with the next actions. */
async function forThisPhoto(
  step: string,
  run: (stillWanted: () => boolean, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const mine = ++job;
  work?.abort();
  const { signal } = (work = new AbortController());
  showBusy(step, cancel);
  try {
    await run(() => mine === job, signal);
    if (mine === job) clearTrouble();
  } catch (error) {
    if (mine !== job) return;
    const failed = coming;
    showWithoutComing();
    const useAnyway = { label: 'Use it anyway', action: () => void estimate({ ...failed!, anySubject: true }) };
    showTrouble(error, error instanceof FaceError ? [useAnyway, anotherPhoto] : [anotherPhoto]);
  } finally {
    if (mine === job) {
      hideBusy();
      coming = undefined;
    }
  }
}

/** The page as it was before the photo that is not shown after all. */
function showWithoutComing(): void {
  coming = undefined;
  if (shown === undefined) startAgain();
  else void showView();
}

function cancel(): void {
  ++job;
  work?.abort();
  networks.cancel();
  hideBusy();
  showWithoutComing();
}

const limits = () => ({ minDepth: Math.min(minDepth(), maxDepth()), maxDepth: Math.max(minDepth(), maxDepth()) });

async function use(load: () => Promise<PhotoFile | null>): Promise<void> {
  coming = undefined;
  await forThisPhoto('Reading the photo …', async (stillWanted, signal) => {
    const file = await load();
    if (file === null || !stillWanted()) return;
    const original = await pictureFrom(file);
    if (!stillWanted()) return;
    cropEditor.close();
    showComing(original);
    const inside = await depthInside(file, signal);
    if (!stillWanted()) return;
    await estimateNow({ file, original, inside, freeCrop: undefined, anySubject: false }, stillWanted, signal);
  });
}

async function depthInside({ file, name }: PhotoFile, signal: AbortSignal): Promise<Framed['inside']> {
  try {
    return await client.readEmbeddedDepth(new File([file], name), { signal });
  } catch (error) {
    if (error instanceof PortraitDepthError && ['unreadable', 'unsupported', 'too_large'].includes(error.code))
      return error.message;
    throw error;
  }
}

/** The photo, until its depth is there. */
function showComing(original: HTMLCanvasElement): void {
  paintPicture(view2d, original);
  view3d.hidden = true;
  view2d.hidden = false;
  element('start').hidden = true;
  element('panel').hidden = false;
  view2d.focus({ preventScroll: true });
}

const estimate = (framed: Framed) =>
  forThisPhoto('Estimating the depth …', (stillWanted, signal) => {
    if (shown === undefined) showComing(framed.original);
    return estimateNow(framed, stillWanted, signal);
  });

async function estimateNow(framed: Framed, stillWanted: () => boolean, signal: AbortSignal): Promise<void> {
  coming = framed;
  showBusy('Estimating the depth …', cancel);
  const network = await networks.get();
  if (!stillWanted()) return;
  const found = await estimateCropped(framed, network, signal);
  if (!stillWanted()) return;
  if (found.depth.faceFound === false)
    throw new FaceError('No face was found in this picture. Choose a portrait that shows a face.');
  await buildNow({ ...framed, ...found }, stillWanted, signal);
}

/** The page's depth of a picture. The limits are those of now. */
const depthOf = (
  network: DepthEstimator,
  { picture, given, anySubject }: Pick<Built, 'picture' | 'given' | 'anySubject'>,
  signal?: AbortSignal,
) => network.estimatePhoto(picture, { ...limits(), ...given, anySubject, signal });

/** The crop follows the person: the whole picture is estimated first, then the part in the crop. */
async function estimateCropped(framed: Framed, network: DepthEstimator, signal: AbortSignal) {
  const { original: whole, inside, freeCrop, anySubject } = framed;
  const cropped = cropOf(freeCrop);
  const part = async () => {
    if (cropped === 'free') return freeCrop;
    if (cropped === 'whole') return undefined;
    return rectangleAround(whole, await network.estimateDepth(whole, { ...limits(), signal }), cropped);
  };
  const rectangle = await part();
  const picture = rectangle === undefined ? whole : cropTo(whole, rectangle);
  const ofPicture = (depth: GivenDepth) => (rectangle === undefined ? depth : givenDepthIn(depth, rectangle, whole));
  const given = inside === null || typeof inside === 'string' ? undefined : { givenDepth: ofPicture(inside) };
  const start = performance.now();
  const depth = await depthOf(network, { picture, given, anySubject }, signal);
  timings.depth = performance.now() - start;
  return { cropped, picture, given, depth };
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
  const { file, original, inside, anySubject } = framed;
  let { freeCrop } = framed;
  if (crop() === 'free') {
    const { width, height } = original;
    const middle = { left: width * 0.15, top: height * 0.1, width: width * 0.7, height: height * 0.8 };
    const rectangle = await cropEditor.edit(original, freeCrop ?? middle);
    if (!cropEditor.isOpen) element('crop-change').focus();
    if (rectangle === undefined) return;
    if (rectangle === null && coming === undefined && shown?.cropped === cropOf(freeCrop)) return;
    freeCrop = rectangle ?? freeCrop;
  }
  await estimate({ file, original, inside, freeCrop, anySubject });
}

/** Builds the shown photo with the current settings. A photo that is being built starts again. */
async function rebuild(): Promise<void> {
  const estimated = shown;
  if (coming !== undefined) await estimate(coming);
  else if (estimated !== undefined)
    await forThisPhoto('Building the 3D photo …', (stillWanted, signal) => buildNow(estimated, stillWanted, signal));
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
async function buildNow(estimated: Estimated, stillWanted: () => boolean, signal: AbortSignal): Promise<void> {
  showBusy('Building the 3D photo …', cancel);
  const start = performance.now();
  const { picture, depth } = estimated;
  const options = { relief: relief(), background: backgroundOptions(), signal };
  const photo = await client.createPhoto3D(picture, depth, options);
  const milliseconds = performance.now() - start;
  viewer ??= new Viewer(view3d);
  viewer.moving = moving.checked;
  if (!(await viewer.show(photo, stillWanted))) return photo.dispose();
  timings.photo = milliseconds;
  files.stop();
  shown?.photo.dispose();
  shown = Object.assign(estimated, { photo });
  showWireframe();
  await updatePath();
  if (stillWanted()) await ready(shown);
}

async function ready(now: Built): Promise<void> {
  element('views').hidden = false;
  files.refresh();
  const badge = element('latency');
  badge.hidden = false;
  badge.textContent = `Depth ${Math.round(timings.depth)} ms · 3D photo ${Math.round(timings.photo)} ms`;
  showDepthNote(now);
  const hadFocus = [view2d, document.body].includes(document.activeElement as HTMLElement);
  await showView();
  if (hadFocus) (view3d.hidden ? view2d : view3d).focus({ preventScroll: true });
  if (now !== shown) return;
  const isKept = await keepPhoto(now.file);
  if (now === shown) element('kept').hidden = !isKept;
}

/** Says that the depth inside the photo is used, or why it is left out. */
function showDepthNote({ depth, inside }: Built): void {
  const reason = depth.depthWarning ?? (typeof inside === 'string' ? inside : undefined);
  const note = element('depth-note');
  note.hidden = reason === undefined && depth.depthSource === 'network';
  note.textContent = reason ?? 'The depth inside the photo is used.';
}

function showWireframe(): void {
  const on = element<HTMLInputElement>('wireframe').checked;
  element('wireframe-density-field').hidden = !on;
  viewer?.showWireframe(on ? element<HTMLInputElement>('wireframe-density').valueAsNumber : null);
}

function startAgain(): void {
  ++job;
  work?.abort();
  hideBusy();
  clearTrouble();
  cropEditor.close();
  files.stop();
  shown?.photo.dispose();
  coming = shown = undefined;
  for (const id of ['view3d', 'view2d', 'views', 'latency', 'panel', 'kept', 'depth-note']) element(id).hidden = true;
  element('start').hidden = false;
  files.refresh();
}

/** The visitor wants another photo. The start returns once this one is no longer kept. */
async function forget(): Promise<void> {
  startAgain();
  const mine = job;
  await forgetPhoto(() => mine === job);
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
    const view = await ledView(now, await now.cameraPath(pathOptions()), movement());
    if (now !== shown?.photo) return;
    viewer.setView(view);
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
    now.depth = await depthOf(await networks.get(), now);
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
  const now = shown;
  element('view-fields').hidden = kind !== '3d';
  element('limits').hidden = kind !== 'depth';
  if (now === undefined) return;
  if (kind !== '3d') await paintFlat(view2d, kind as FlatKind, now.picture, now.depth);
  if (now !== shown || kind !== view()) return;
  view3d.hidden = kind !== '3d';
  view2d.hidden = kind === '3d';
}

async function choose(): Promise<void> {
  const file = await pickFile('image/*');
  if (file !== null) await use(async () => file);
}

async function backgroundChanged(): Promise<void> {
  element('color-field').hidden = background.value !== 'color';
  if (background.value === 'picture') {
    const file = await pickFile('image/*');
    try {
      backgroundPicture = file === null ? backgroundPicture : await pictureFrom(file);
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
    showTrouble(error, [{ label: 'Load the page again', action: () => location.reload() }]);
  }
}

element('choose').addEventListener('click', () => void choose());
element('another').addEventListener('click', () => void forget());
element('forget').addEventListener('click', () => void forget());
element('take').addEventListener('click', () => void use(takePhoto));
acceptFiles(element('stage'), (file) => void use(async () => file));
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
element('panel').addEventListener('submit', (event) => event.preventDefault());
files.refresh();
void showView();
void offerSamples(['photo'], (load) => void use(load));
void offerPresets();
networks.loadWhenIdle();
void keptPhoto().then((kept) => {
  if (kept !== undefined && job === 0) void use(async () => kept);
});
