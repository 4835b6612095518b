// The moving picture of a <depth-photo> element: its scene, its movement and its drawing.

import type { Photo3D } from './index.js';
import { ViewLead } from './view_lead.js';
import { ViewMotion, type Movement } from './view_motion.js';
import { sceneRenderer, type Scene, type SceneData } from './webgl_scene.js';

const LARGEST_PIXEL_RATIO = 2;
const LARGEST_SIDE = 2048;

export async function readScene(photo: Photo3D): Promise<SceneData> {
  const [mesh, texture] = [await photo.personMesh(), await photo.personTexture()];
  const [plane, picture] = [await photo.backgroundMesh(), await photo.backgroundTexture()];
  const background = plane === null || picture === null ? null : { mesh: plane, texture: picture };
  return { intrinsics: photo.intrinsics, background, person: { mesh, texture } };
}

export interface StageOptions {
  view: HTMLElement;
  canvas: HTMLCanvasElement;
  photo: Photo3D;
  data: SceneData;
  movement: Movement;
  isPaused(): boolean;
}

export class DepthPhotoStage {
  private readonly renderer = sceneRenderer();
  private readonly motion: ViewMotion;
  private readonly lead: ViewLead;
  private readonly resizes: ResizeObserver;
  private readonly controller = new AbortController();
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');
  private scene: Scene;
  private isVisible = true;
  private request: number | undefined;

  constructor(private readonly options: StageOptions) {
    const { view, data, movement } = options;
    this.scene = this.renderer.upload(data);
    this.motion = new ViewMotion(movement);
    this.lead = new ViewLead(
      view,
      (direction) => {
        this.motion.turn(direction, performance.now());
        this.wake();
      },
      () => this.isVisible && !this.still.matches,
    );
    const { signal } = this.controller;
    this.still.addEventListener('change', () => this.wake(), { signal });
    this.renderer.addEventListener('restored', () => void this.restore(), { signal });
    this.resizes = new ResizeObserver(() => this.resize());
    this.resizes.observe(view);
    this.resize();
  }

  useMovement(movement: Movement): void {
    this.motion.use(movement);
    this.wake();
  }

  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    this.wake();
  }

  /** Draws the next frame, and those after it while the view moves. */
  wake(): void {
    if (this.request !== undefined || !this.isVisible || this.controller.signal.aborted) return;
    this.request = requestAnimationFrame((now) => {
      this.request = undefined;
      if (this.draw(now)) this.wake();
      else this.motion.rest();
    });
  }

  private draw(now: number): boolean {
    const isStill = this.still.matches;
    const follows = !isStill && !this.options.isPaused();
    const { pose, moves } = this.motion.step(now, { follows, isSmooth: !isStill });
    this.renderer.draw(this.scene, pose, this.options.canvas);
    return moves && this.isVisible;
  }

  /** The canvas has the photo's shape and is as sharp as the screen. */
  private resize(): void {
    const { view, canvas, data } = this.options;
    const { width, height } = data.intrinsics;
    const pixelRatio = Math.min(LARGEST_PIXEL_RATIO, devicePixelRatio);
    const covered = Math.max(view.clientWidth / width, view.clientHeight / height) * pixelRatio;
    const scale = Math.min(covered, LARGEST_SIDE / Math.max(width, height));
    if (scale === 0) return;
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    this.draw(performance.now());
    this.wake();
  }

  /** The browser has taken and given back the GPU. */
  private async restore(): Promise<void> {
    const data = await readScene(this.options.photo).catch(() => undefined); // the photo was disposed of meanwhile
    if (data === undefined || this.controller.signal.aborted) return;
    this.scene = this.renderer.upload(data);
    this.wake();
  }

  dispose(): void {
    this.controller.abort();
    this.resizes.disconnect();
    this.lead.dispose();
    if (this.request !== undefined) cancelAnimationFrame(this.request);
    this.renderer.remove(this.scene);
  }
}
