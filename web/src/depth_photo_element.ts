// <depth-photo>: a photo of a person that turns with the pointer, a finger, the arrow keys and the device's tilt.

import { leaveClient, shareClient, type DepthPhotoConfig } from './depth_photo_client.js';
import {
  ENGLISH,
  FILE_KINDS,
  makeParts,
  type DepthPhotoParts,
  type DepthPhotoTexts,
  type FileKind,
} from './depth_photo_parts.js';
import { DepthPhotoStage, readScene } from './depth_photo_stage.js';
import { PortraitDepthError, type FilmOptions, type LoadProgress, type MadePhoto3D } from './index.js';
import { makeMovement } from './view_motion.js';
import { sceneRenderer } from './webgl_scene.js';

/** `idle`: without `src`, or waiting to come into view. */
export type DepthPhotoState = 'idle' | 'loading' | 'ready' | 'failed';

/** How far outside the window a lazy element begins to load. */
const LAZY_MARGIN = '200px';
const MEGABYTE = 1e6;

const STRINGS = ['src', 'alt', 'poster', 'preset', 'loading'] as const;
const NUMBERS = ['strength', 'duration'] as const;
const FLAGS = ['controls', 'downloads', 'paused', 'anysubject'] as const;
type Attribute = (typeof STRINGS)[number] | (typeof NUMBERS)[number] | (typeof FLAGS)[number];

/** A server has no elements; there the class exists only to be imported. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * Events: `ready` when the 3D photo moves; `error`, an ErrorEvent with a PortraitDepthError, when it cannot be made (the
 * poster stays) or when a file cannot be written. Neither bubbles.
 */
export class DepthPhotoElement extends Base {
  static readonly observedAttributes: readonly string[] = [...STRINGS, ...NUMBERS, ...FLAGS];
  /** For all elements; set it before the first one loads. */
  static config: DepthPhotoConfig = {};
  static texts: DepthPhotoTexts = ENGLISH;

  private parts: DepthPhotoParts | undefined;
  private currentState: DepthPhotoState = 'idle';
  private made: MadePhoto3D | undefined;
  private stage: DepthPhotoStage | undefined;
  /** Of the photo that is loaded or shown; aborted when it is replaced. */
  private work: AbortController | undefined;
  private writing = false;
  private intersections: IntersectionObserver | undefined;

  get state(): DepthPhotoState {
    return this.currentState;
  }
  /** The 3D photo and its depth; null unless `state` is `ready`. The element owns it. */
  get photo(): MadePhoto3D | null {
    return this.currentState === 'ready' ? this.made! : null;
  }

  get src(): string {
    return this.getAttribute('src') ?? '';
  }
  set src(value: string) {
    this.setAttribute('src', value);
  }
  /** Describes the photo for visitors who do not see it. */
  get alt(): string {
    return this.getAttribute('alt') ?? '';
  }
  set alt(value: string) {
    this.setAttribute('alt', value);
  }
  /** The picture that is shown until the 3D photo is ready. Default: `src`. */
  get poster(): string {
    return this.getAttribute('poster') ?? '';
  }
  set poster(value: string) {
    this.setAttribute('poster', value);
  }
  /** One of `cameraPresets()`. */
  get preset(): string {
    return this.getAttribute('preset') ?? 'orbit';
  }
  set preset(value: string) {
    this.setAttribute('preset', value);
  }
  /** `lazy` (default): loads when the element comes near the window; `eager`: loads at once. */
  get loading(): 'lazy' | 'eager' {
    return this.getAttribute('loading') === 'eager' ? 'eager' : 'lazy';
  }
  set loading(value: 'lazy' | 'eager') {
    this.setAttribute('loading', value);
  }
  /** Multiplies the movement of the path and of the visitor. */
  get strength(): number {
    return this.numberOf('strength', 1);
  }
  set strength(value: number) {
    this.setAttribute('strength', String(value));
  }
  /** Seconds of one round of the path. */
  get duration(): number {
    return this.numberOf('duration', 4);
  }
  set duration(value: number) {
    this.setAttribute('duration', String(value));
  }
  /** Shows a button that pauses the movement, and the progress. */
  get controls(): boolean {
    return this.hasAttribute('controls');
  }
  set controls(value: boolean) {
    this.toggleAttribute('controls', value);
  }
  /** Shows buttons that write the files. */
  get downloads(): boolean {
    return this.hasAttribute('downloads');
  }
  set downloads(value: boolean) {
    this.toggleAttribute('downloads', value);
  }
  /** The photo moves only when the visitor turns it. */
  get paused(): boolean {
    return this.hasAttribute('paused');
  }
  set paused(value: boolean) {
    this.toggleAttribute('paused', value);
  }
  /** Accepts a subject without a visible face, as the option of makePhoto3D. */
  get anySubject(): boolean {
    return this.hasAttribute('anysubject');
  }
  set anySubject(value: boolean) {
    this.toggleAttribute('anysubject', value);
  }

  private numberOf(name: (typeof NUMBERS)[number], usual: number): number {
    const text = this.getAttribute(name);
    return text === null || text.trim() === '' ? usual : Number(text);
  }

  connectedCallback(): void {
    this.parts ??= this.build();
    this.takeEarlyProperties();
    this.update();
    if (this.intersections !== undefined) return; // the element was only moved
    this.intersections = new IntersectionObserver((entries) => this.comesIntoView(entries.at(-1)!.isIntersecting), {
      rootMargin: LAZY_MARGIN,
    });
    this.intersections.observe(this);
    if (this.loading === 'eager') void this.load();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return; // the element was only moved
      this.intersections?.disconnect();
      this.intersections = undefined;
      this.unload();
    });
  }

  attributeChangedCallback(name: Attribute, before: string | null, now: string | null): void {
    if (this.intersections === undefined || before === now) return;
    this.update();
    if (name === 'src' || name === 'anysubject') this.reload();
    else if (name === 'loading' && this.loading === 'eager' && this.state === 'idle') void this.load();
    else if (name === 'preset' || name === 'strength' || name === 'duration') void this.updateMovement();
    else if (name === 'paused') this.stage?.wake();
  }

  /** Properties that were set before the element was defined hide the class's own. */
  private takeEarlyProperties(): void {
    for (const name of [...STRINGS, ...NUMBERS, 'controls', 'downloads', 'paused', 'anySubject'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (this as Record<string, unknown>)[name];
      Object.assign(this, { [name]: value });
    }
  }

  private build(): DepthPhotoParts {
    const parts = makeParts(this.attachShadow({ mode: 'open', delegatesFocus: true }));
    parts.pause.addEventListener('click', () => (this.paused = !this.paused));
    parts.view.addEventListener('keydown', (event) => {
      if (event.key !== ' ' || this.state !== 'ready') return;
      event.preventDefault();
      this.paused = !this.paused;
    });
    for (const kind of FILE_KINDS) parts.files[kind].addEventListener('click', () => void this.download(kind));
    return parts;
  }

  private comesIntoView(isVisible: boolean): void {
    this.stage?.setVisible(isVisible);
    if (isVisible && this.state === 'idle') void this.load();
  }

  /** A new photo; a lazy element that is out of view waits for its next intersection. */
  private reload(): void {
    this.unload();
    if (this.loading === 'eager') return void this.load();
    this.intersections?.unobserve(this); // observing again reports whether the element is in view
    this.intersections?.observe(this);
  }

  /** Makes the 3D photo now: of an element that waits to come into view, or again after a failure. */
  async load(): Promise<void> {
    if (this.src === '' || this.intersections === undefined || this.photo !== null || this.state === 'loading') return;
    const work = (this.work = new AbortController());
    this.enter('loading', DepthPhotoElement.texts.loading);
    try {
      await this.make(work.signal);
      if (work.signal.aborted) return;
      this.enter('ready', DepthPhotoElement.texts.ready);
      this.dispatchEvent(new Event('ready'));
    } catch (error) {
      if (work.signal.aborted) return;
      this.unload();
      this.enter('failed', error instanceof Error ? error.message : String(error));
      this.fail(error);
    }
  }

  private async make(signal: AbortSignal): Promise<void> {
    sceneRenderer(); // before the downloads: a browser without WebGL needs none
    const { workerUrl, ...config } = DepthPhotoElement.config;
    const client = shareClient(this, workerUrl === undefined ? {} : { workerUrl });
    const files = new Map<string, LoadProgress>();
    const made = await client.makePhoto3D(new URL(this.src, this.baseURI), {
      config,
      signal,
      anySubject: this.anySubject,
      onLoadProgress: (progress) => this.showLoading(files.set(progress.file, progress), signal),
      onProgress: (fraction) => this.showMaking(fraction, signal),
    });
    if (signal.aborted) return made.dispose();
    this.made = made;
    const [data, movement] = [await readScene(made.photo3D), await this.movement(made)];
    if (signal.aborted) return;
    const { view, canvas } = this.parts!;
    const isPaused = () => this.paused;
    this.stage = new DepthPhotoStage({ view, canvas, photo: made.photo3D, data, movement, isPaused });
  }

  private movement({ photo3D, depthMap }: MadePhoto3D) {
    const { preset, strength, duration } = this;
    return makeMovement(photo3D, depthMap.headDistanceMetres, { preset, strength, durationSeconds: duration });
  }

  private async updateMovement(): Promise<void> {
    const { made, stage } = this;
    if (made === undefined || stage === undefined) return;
    const wanted = [this.preset, this.strength, this.duration].join();
    try {
      const movement = await this.movement(made);
      const isCurrent = [this.preset, this.strength, this.duration].join() === wanted;
      if (stage === this.stage && isCurrent) stage.useMovement(movement);
    } catch (error) {
      if (stage === this.stage) this.fail(error);
    }
  }

  /** Shows the poster again and frees the 3D photo. */
  private unload(): void {
    this.work?.abort();
    this.work = undefined;
    this.stage?.dispose();
    this.stage = undefined;
    this.made?.dispose();
    this.made = undefined;
    leaveClient(this);
    this.enter('idle', '');
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.dispatchEvent(new ErrorEvent('error', { error, message }));
  }

  private enter(state: DepthPhotoState, status: string): void {
    this.currentState = state;
    this.announce(status);
    this.update();
  }

  private announce(status: string): void {
    this.parts!.status.textContent = status;
  }

  private showLoading(files: Map<string, LoadProgress>, signal: AbortSignal): void {
    if (signal.aborted) return;
    const sum = (name: 'loaded' | 'total') => [...files.values()].reduce((all, file) => all + (file[name] ?? 0), 0);
    const { progress } = this.parts!;
    progress.value = sum('loaded') / Math.max(1, sum('total'));
    progress.title = `${(sum('loaded') / MEGABYTE).toFixed(1)} MB`;
  }

  private showMaking(fraction: number, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { status, progress } = this.parts!;
    progress.value = fraction;
    progress.title = '';
    const { making } = DepthPhotoElement.texts;
    if (status.textContent !== making) this.announce(making);
  }

  /** Brings the inside in line with the attributes and the state. */
  private update(): void {
    const { parts, state } = this;
    if (parts === undefined) return;
    const { texts } = DepthPhotoElement;
    const isReady = state === 'ready';
    const { frame, view, poster, help, bar, status, progress, pause, files } = parts;
    frame.classList.toggle('ready', isReady);
    this.showPoster(poster);
    view.role = isReady ? 'application' : 'img';
    view.ariaLabel = this.alt || texts.label;
    view.ariaRoleDescription = isReady ? texts.role : null;
    if (isReady) view.setAttribute('aria-describedby', 'help');
    else view.removeAttribute('aria-describedby');
    help.textContent = texts.help;
    bar.classList.toggle('shown', this.controls || this.downloads);
    pause.classList.toggle('shown', this.controls && isReady);
    pause.textContent = this.paused ? texts.play : texts.pause;
    for (const kind of FILE_KINDS) {
      files[kind].classList.toggle('shown', this.downloads && isReady);
      files[kind].textContent = texts[kind];
      files[kind].disabled = this.writing;
    }
    status.classList.toggle('shown', this.controls && !isReady);
    progress.classList.toggle('shown', this.controls && (state === 'loading' || this.writing));
    progress.ariaLabel = this.writing ? texts.writing : texts.loading;
  }

  private showPoster(image: HTMLImageElement): void {
    const address = this.poster || this.src;
    if (image.getAttribute('src') === (address === '' ? null : address)) return;
    image.loading = this.loading;
    if (address === '') image.removeAttribute('src');
    else image.src = address;
  }

  /** A file of the 3D photo with the element's movement. Rejects with a PortraitDepthError; `not_found` before `ready`. */
  async file(kind: FileKind, options: FilmOptions = {}): Promise<Blob> {
    const made = this.photo;
    if (made === null)
      throw new PortraitDepthError('not_found', 'The 3D photo is not ready; wait for the event `ready`.');
    const { preset, strength, duration } = this;
    return made[kind]({ preset, strength, durationSeconds: duration, ...options });
  }

  private async download(kind: FileKind): Promise<void> {
    const { texts } = DepthPhotoElement;
    const signal = this.work!.signal;
    this.writing = true;
    this.announce(texts.writing);
    this.update();
    try {
      const onProgress = (fraction: number) => void (this.parts!.progress.value = fraction);
      const url = URL.createObjectURL(await this.file(kind, { signal, onProgress }));
      const name = new URL(this.src, this.baseURI).pathname
        .split('/')
        .at(-1)!
        .replace(/\.\w+$/, '');
      Object.assign(document.createElement('a'), { href: url, download: `${name}-3d.${kind}` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      this.announce(texts.written);
    } catch (error) {
      if (signal.aborted) return;
      this.announce(error instanceof Error ? error.message : String(error));
      this.fail(error);
    } finally {
      this.writing = false;
      this.update();
    }
  }
}
