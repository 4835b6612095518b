// The page: a photo or the camera under lights. One light follows the pointer, the others wander.

import { createWorkerClient, type DepthMap } from 'portrait-depth';
import { hideBusy, showBusy } from '../shared/busy.js';
import { forgetPhoto, keepPhoto, keptPhoto, type PhotoFile } from '../shared/kept_photo.js';
import { Networks } from '../shared/networks.js';
import { clearTrouble, download, element, mayMove, mountPage, showTrouble, slider } from '../shared/page.js';
import { offerSamples } from '../shared/samples.js';
import { acceptFiles, closeCamera, openCamera, pickFile, pictureFrom, playVideo } from '../shared/sources.js';
import { LIGHTS, Lighting, type Light } from './lighting.js';

mountPage('..');

const LIMITS = { minDepth: 0, maxDepth: 2 };
const CAMERA_SIDE = 480;
const KEY_STEP = 0.06;
const DARK = Array.from({ length: LIGHTS }, (): Light => ({ position: [0, 0, 0], color: [0, 0, 0], brightness: 0 }));

const networks = new Networks(createWorkerClient());
const photoView = element<HTMLCanvasElement>('photo');
const picture = element<HTMLCanvasElement>('picture');
const percent = (value: number) => `${Math.round(value * 100)} %`;
const brightness = slider('brightness', percent, () => undefined);
const distance = slider(
  'distance',
  (value) => `${Math.round(value * 100)} cm`,
  () => undefined,
);
const ambient = slider('ambient', percent, () => undefined);
const shine = slider('shine', percent, () => undefined);
const colors = Array.from({ length: LIGHTS }, (_, index) => element<HTMLInputElement>(`color-${index}`));
const animated = element<HTMLInputElement>('animated');
const normals = element<HTMLInputElement>('normals');
const video = document.createElement('video');
const pointer = { x: 0.3, y: 0.25 }; // 0..1 over the picture
let lighting: Lighting | undefined;
let shown: DepthMap | undefined;
let stream: MediaStream | undefined;
let drawnScene = '';
let drawnDepth: DepthMap | undefined;
let run = 0;

function stop(): void {
  ++run;
  closeCamera(stream);
  stream = undefined;
  shown = undefined;
  hideBusy();
  for (const id of ['picture', 'photo', 'speed', 'panel', 'kept']) element(id).hidden = true;
  element('start').hidden = false;
}

/** The visitor wants another picture. The start returns once this one is no longer kept. */
async function startAgain(): Promise<void> {
  stop();
  clearTrouble();
  const mine = run;
  await forgetPhoto(() => mine === run);
}

async function begin(work: (wanted: () => boolean) => Promise<void>): Promise<void> {
  stop();
  const mine = ++run;
  clearTrouble();
  showBusy('Estimating the depth …', () => {
    networks.cancel();
    stop();
  });
  try {
    await work(() => mine === run);
  } catch (error) {
    if (mine !== run) return;
    stop();
    showTrouble(error, [{ label: 'Choose a photo', action: () => void choose() }]);
  }
}

/** Before it is lit. */
function showUnlit(source: HTMLCanvasElement): void {
  photoView.width = source.width;
  photoView.height = source.height;
  photoView.getContext('2d')!.drawImage(source, 0, 0);
  photoView.hidden = false;
  element('start').hidden = true;
  photoView.focus({ preventScroll: true });
}

async function light(source: HTMLCanvasElement, wanted: () => boolean, flipHorizontal = false): Promise<DepthMap> {
  const depth = await (await networks.get()).estimateDepth(source, { ...LIMITS, flipHorizontal });
  const [metres, normals] = [await depth.metres(), await depth.normals()];
  if (!wanted()) return depth;
  lighting ??= new Lighting(picture);
  lighting.setPicture(flipHorizontal ? mirrored(source) : source, depth, metres, normals);
  const isFirst = shown === undefined;
  shown = depth;
  hideBusy();
  for (const id of ['start', 'photo']) element(id).hidden = true;
  for (const id of ['picture', 'panel']) element(id).hidden = false;
  if (isFirst) picture.focus({ preventScroll: true });
  return depth;
}

function mirrored(source: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width: source.width, height: source.height });
  const context = canvas.getContext('2d')!;
  context.scale(-1, 1);
  context.drawImage(source, -source.width, 0);
  return canvas;
}

const usePhoto = (load: () => Promise<PhotoFile | null>) =>
  begin(async (wanted) => {
    const file = await load();
    if (!wanted()) return;
    if (file === null) return stop();
    const photo = await pictureFrom(file);
    if (!wanted()) return;
    showUnlit(photo);
    const depth = await light(photo, wanted);
    if (!wanted()) return;
    if (!depth.personFound)
      throw new Error('No person was found in this picture. Choose a picture with a larger person.');
    element('kept').hidden = !(await keepPhoto(file)) || !wanted();
  });

const useCamera = () =>
  begin(async (wanted) => {
    const opened = await openCamera();
    if (!wanted()) return closeCamera(opened);
    stream = opened;
    await playVideo(video, stream);
    const frame = document.createElement('canvas');
    while (wanted()) {
      const start = performance.now();
      const scale = Math.min(1, CAMERA_SIDE / Math.max(video.videoWidth, video.videoHeight));
      frame.width = Math.round(video.videoWidth * scale);
      frame.height = Math.round(video.videoHeight * scale);
      frame.getContext('2d')!.drawImage(video, 0, 0, frame.width, frame.height);
      const depth = await light(frame, wanted, true);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const badge = element('speed');
      badge.hidden = !wanted();
      badge.textContent = depth.personFound
        ? `${(1000 / (performance.now() - start)).toFixed(1)} frames/s`
        : 'No person found';
    }
  });

async function choose(): Promise<void> {
  const file = await pickFile('image/*');
  if (file !== null) await usePhoto(async () => file);
}

/** The normals are drawn without light. */
function showFields(): void {
  for (const id of ['lights', 'light-of-scene']) element(id).hidden = normals.checked;
}

function colorOf(index: number): [number, number, number] {
  const hex = Number.parseInt(colors[index]!.value.slice(1), 16);
  return [(hex >> 16) / 255, ((hex >> 8) & 255) / 255, (hex & 255) / 255];
}

/** The point at a place of the picture (0..1), `before` metres in front of the head, in camera space. */
function place(depth: DepthMap, x: number, y: number, before: number): [number, number, number] {
  const { fx, fy, cx, cy, width, height } = depth.intrinsics();
  const z = depth.headDistanceMetres;
  return [((x * width - cx) / fx) * z, ((y * height - cy) / fy) * z, z - before];
}

function lights(depth: DepthMap, seconds: number): Light[] {
  const time = animated.checked ? seconds : 0;
  const around = (phase: number, speed: number) => {
    const angle = phase + time * speed;
    return place(depth, 0.5 + 0.42 * Math.cos(angle), 0.42 + 0.26 * Math.sin(1.3 * angle), distance() * 0.8);
  };
  const positions = [place(depth, pointer.x, pointer.y, distance()), around(0.4, 0.5), around(3.6, -0.38)];
  return positions.map((position, index) => ({ position, color: colorOf(index), brightness: brightness() }));
}

function draw(milliseconds: number): void {
  requestAnimationFrame(draw);
  if (shown === undefined || lighting === undefined) return;
  const scene = {
    lights: shown.personFound ? lights(shown, milliseconds / 1000) : DARK,
    ambient: ambient(),
    shine: shine(),
    showNormals: normals.checked,
  };
  // An unchanged scene is not drawn again.
  const state = JSON.stringify(scene);
  if (state === drawnScene && shown === drawnDepth) return;
  drawnScene = state;
  drawnDepth = shown;
  lighting.draw(scene);
}

/** Sets the pointer's place on the picture, which is fitted into the canvas' box. */
function point(event: PointerEvent): void {
  const box = picture.getBoundingClientRect();
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  pointer.x = (event.clientX - box.left - box.width / 2) / (picture.width * scale) + 0.5;
  pointer.y = (event.clientY - box.top - box.height / 2) / (picture.height * scale) + 0.5;
}

animated.checked = mayMove();
picture.addEventListener('pointermove', point);
picture.addEventListener('pointerdown', point);
picture.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  pointer.x += step[0]! * KEY_STEP;
  pointer.y += step[1]! * KEY_STEP;
});
element('camera').addEventListener('click', () => void useCamera());
element('choose').addEventListener('click', () => void choose());
element('another').addEventListener('click', () => void startAgain());
element('forget').addEventListener('click', () => void startAgain());
normals.addEventListener('change', showFields);
element('save').addEventListener('click', () =>
  picture.toBlob((blob) => blob !== null && download(blob, 'relit.png'), 'image/png'),
);
acceptFiles(element('stage'), (file) => void usePhoto(async () => file));
element('panel').addEventListener('submit', (event) => event.preventDefault());
void offerSamples(['photo'], (load) => void usePhoto(load));
requestAnimationFrame(draw);
networks.loadWhenIdle();
void keptPhoto().then((kept) => {
  if (kept !== undefined && run === 0) void usePhoto(async () => kept);
});
