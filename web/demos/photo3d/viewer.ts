// The live view: the core's meshes and textures in three.js, on the core's camera path.

import * as THREE from 'three';
import type { CameraPose, Mesh, Photo3D } from 'portrait-depth';
import { coarsened } from './coarse_mesh.js';
import type { LedView } from './led_view.js';

/** After that long without a lead, the view moves along the path again. */
const IDLE_MILLISECONDS = 2500;
const KEY_STEP = 0.15;
/** How fast the view follows: the rest of its way falls to 1/e in the inverse of this time. */
const FOLLOWS_PER_SECOND = 7;

const toThree = ([x, y, z]: readonly [number, number, number]) => new THREE.Vector3(x, -y, -z);

function mixed(a: CameraPose, b: CameraPose, t: number): CameraPose {
  const mix = (from: readonly number[], to: readonly number[]) =>
    from.map((value, axis) => value + (to[axis]! - value) * t) as [number, number, number];
  return {
    position: mix(a.position, b.position),
    lookAt: mix(a.lookAt, b.lookAt),
    up: mix(a.up, b.up),
    zoom: a.zoom + (b.zoom - a.zoom) * t,
  };
}

function geometryOf(mesh: Mesh): THREE.BufferGeometry {
  const geometry = new THREE.BufferGeometry();
  const positions = mesh.positions.map((value, index) => (index % 3 === 0 ? value : -value)); // y up, z towards us
  geometry.setAttribute('position', new THREE.BufferAttribute(positions, 3));
  geometry.setAttribute('uv', new THREE.BufferAttribute(mesh.textureCoordinates, 2));
  geometry.setIndex(new THREE.BufferAttribute(mesh.indices, 1));
  return geometry;
}

function textureOf(image: ImageData): THREE.Texture {
  const texture = new THREE.DataTexture(image.data, image.width, image.height, THREE.RGBAFormat);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.minFilter = THREE.LinearMipmapLinearFilter;
  texture.magFilter = THREE.LinearFilter;
  texture.generateMipmaps = true;
  texture.anisotropy = 4;
  texture.needsUpdate = true;
  return texture;
}

interface Part {
  surface: THREE.Mesh<THREE.BufferGeometry, THREE.MeshBasicMaterial>;
  mesh: Mesh;
  /** The whole mesh; a wireframe shows a coarser one. */
  shape: THREE.BufferGeometry;
  isPerson: boolean;
}

export class Viewer {
  private readonly renderer: THREE.WebGLRenderer;
  private readonly scene = new THREE.Scene();
  private readonly camera = new THREE.PerspectiveCamera();
  private photo: Photo3D | undefined;
  private parts: Part[] = [];
  private view: LedView | undefined;
  /** The visitor's lead: a place in the unit disk, and the time until which it counts. */
  private readonly lead = new THREE.Vector2();
  private leadUntil = 0;
  private readonly turned = new THREE.Vector2();
  /** 0: the view is on the path, 1: the visitor leads it. */
  private led = 0;
  private posedAt = performance.now();
  private started = performance.now();
  private drawnView = ''; // empty: the next frame is drawn in any case
  moving = true;
  secondsPerRound = 2;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.setClearAlpha(0);
    canvas.addEventListener('pointermove', (event) => this.point(event));
    canvas.addEventListener('pointerleave', () => this.letGo());
    canvas.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement!);
    this.renderer.setAnimationLoop(() => this.draw());
  }

  private point(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    const along = (at: number, start: number, size: number) => 2 * ((at - start) / size - 0.5);
    this.leadTo(along(event.clientX, box.left, box.width), along(event.clientY, box.top, box.height));
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.leadTo(this.lead.x + step[0]! * KEY_STEP, this.lead.y + step[1]! * KEY_STEP);
  }

  private leadTo(x: number, y: number): void {
    this.lead.set(x, y).clampLength(0, 1);
    this.leadUntil = performance.now() + IDLE_MILLISECONDS;
  }

  private letGo(): void {
    this.lead.set(0, 0);
    this.leadUntil = 0;
  }

  /** Loads the parts of a photo and shows it; returns false if it is no longer wanted then. The caller owns the photo. */
  async show(photo: Photo3D, stillWanted: () => boolean): Promise<boolean> {
    const [background, backgroundTexture] = [await photo.backgroundMesh(), await photo.backgroundTexture()];
    const [personMesh, personTexture] = [await photo.personMesh(), await photo.personTexture()];
    if (!stillWanted()) return false;
    this.clear();
    if (background !== null && backgroundTexture !== null)
      this.parts.push(this.build(background, backgroundTexture, false));
    this.parts.push(this.build(personMesh, personTexture, true));
    this.scene.add(...this.parts.map(({ surface }) => surface));
    this.photo = photo;
    this.resize();
    return true;
  }

  private build(mesh: Mesh, texture: ImageData, person: boolean): Part {
    const material = new THREE.MeshBasicMaterial({
      map: textureOf(texture),
      side: THREE.DoubleSide,
      transparent: person,
      alphaTest: person ? 0.01 : 0,
    });
    const shape = geometryOf(mesh);
    const surface = new THREE.Mesh(shape, material);
    surface.renderOrder = person ? 1 : 0;
    surface.frustumCulled = false;
    return { surface, mesh, shape, isPerson: person };
  }

  private clear(): void {
    for (const { surface, shape } of this.parts) {
      surface.geometry.dispose();
      shape.dispose();
      surface.material.map?.dispose();
      surface.material.dispose();
    }
    this.scene.clear();
    this.parts = [];
  }

  /** Shows the person as a wireframe of `cellsAcross` cells in a row; null shows the surfaces. */
  showWireframe(cellsAcross: number | null): void {
    for (const { surface, mesh, shape, isPerson } of this.parts) {
      if (surface.geometry !== shape) surface.geometry.dispose();
      const coarse = cellsAcross !== null && isPerson;
      surface.geometry = coarse ? geometryOf(coarsened(mesh, this.photo!.intrinsics, cellsAcross)) : shape;
      surface.material.wireframe = coarse;
      surface.visible = cellsAcross === null || isPerson; // the background is one plane
    }
    this.drawnView = '';
  }

  setView(view: LedView): void {
    this.view = view;
  }

  /** Fits the canvas into the stage, in the photo's shape. */
  resize(): void {
    const { clientWidth, clientHeight } = this.canvas.parentElement!;
    if (clientWidth === 0 || this.photo === undefined) return;
    const { width, height } = this.photo;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.setSize(Math.round(width * scale), Math.round(height * scale));
    this.drawnView = '';
  }

  /** The pose of this moment, between the two nearest poses of the path. */
  private poseOnPath(path: readonly CameraPose[]): CameraPose {
    const rounds = (performance.now() - this.started) / 1000 / this.secondsPerRound;
    const at = (rounds % 1) * path.length;
    return mixed(path[Math.floor(at)]!, path[Math.ceil(at) % path.length]!, at % 1);
  }

  /** Between the path and the place to which the visitor leads the view. */
  private pose({ path, rest, reach }: LedView): CameraPose {
    const now = performance.now();
    const share = 1 - Math.exp((-FOLLOWS_PER_SECOND * (now - this.posedAt)) / 1000);
    this.posedAt = now;
    this.turned.lerp(this.lead, share);
    const { x, y } = this.turned;
    const lead: CameraPose = { ...rest, position: [x * reach, y * reach, 0] };
    if (!this.moving) return lead;
    this.led += ((now < this.leadUntil ? 1 : 0) - this.led) * share;
    return mixed(this.poseOnPath(path), lead, this.led);
  }

  private draw(): void {
    if (this.photo === undefined || this.view === undefined || this.canvas.hidden) return;
    const pose = this.pose(this.view);
    const { fy, width, height } = this.photo.intrinsics;
    this.camera.position.copy(toThree(pose.position));
    this.camera.up.copy(toThree(pose.up));
    this.camera.lookAt(toThree(pose.lookAt));
    this.camera.fov = THREE.MathUtils.radToDeg(2 * Math.atan(height / 2 / fy / pose.zoom));
    this.camera.aspect = width / height;
    this.camera.near = 0.02;
    this.camera.far = 200;
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
    // An unchanged view is not drawn again.
    const view = [...this.camera.matrixWorld.elements, this.camera.fov].map((value) => value.toFixed(6)).join();
    if (view === this.drawnView) return;
    this.drawnView = view;
    this.renderer.render(this.scene, this.camera);
  }
}
