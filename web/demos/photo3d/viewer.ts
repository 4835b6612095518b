// The live view: the core's meshes and textures in three.js, on the core's camera path.

import * as THREE from 'three';
import type { CameraPose, Mesh, Photo3D } from 'portrait-depth';
import { coarsened } from './coarse_mesh.js';

/** How far the pointer turns the view, as a share of the distance that the path moves. */
const POINTER_REACH = 1.4;
const KEY_STEP = 0.15;

const toThree = ([x, y, z]: readonly [number, number, number]) => new THREE.Vector3(x, -y, -z);

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
  private path: CameraPose[] = [];
  private reach = 0.03;
  private readonly pointer = new THREE.Vector2();
  private readonly turned = new THREE.Vector2();
  private started = performance.now();
  private drawnView = ''; // empty: the next frame is drawn in any case
  moving = true;
  secondsPerRound = 2;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.setClearAlpha(0);
    canvas.addEventListener('pointermove', (event) => this.point(event));
    canvas.addEventListener('pointerleave', () => this.pointer.set(0, 0));
    canvas.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement!);
    this.renderer.setAnimationLoop(() => this.draw());
  }

  private point(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    this.pointer.set((event.clientX - box.left) / box.width - 0.5, (event.clientY - box.top) / box.height - 0.5);
    this.pointer.multiplyScalar(2);
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.pointer.x = THREE.MathUtils.clamp(this.pointer.x + step[0]! * KEY_STEP, -1, 1);
    this.pointer.y = THREE.MathUtils.clamp(this.pointer.y + step[1]! * KEY_STEP, -1, 1);
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

  setPath(path: CameraPose[]): void {
    this.path = path;
    this.reach = Math.max(0.005, ...path.map(({ position: [x, y, z] }) => Math.hypot(x, y, z)));
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
  private pose(): CameraPose | undefined {
    if (this.path.length === 0) return undefined;
    if (!this.moving) return { position: [0, 0, 0], lookAt: [0, 0, 1], up: [0, -1, 0], zoom: 1 };
    const rounds = (performance.now() - this.started) / 1000 / this.secondsPerRound;
    const at = (rounds % 1) * this.path.length;
    const [a, b] = [this.path[Math.floor(at)]!, this.path[Math.ceil(at) % this.path.length]!];
    const t = at % 1;
    const mix = (from: readonly number[], to: readonly number[]) =>
      from.map((value, axis) => value + (to[axis]! - value) * t) as [number, number, number];
    return {
      position: mix(a.position, b.position),
      lookAt: mix(a.lookAt, b.lookAt),
      up: mix(a.up, b.up),
      zoom: a.zoom + (b.zoom - a.zoom) * t,
    };
  }

  private draw(): void {
    const pose = this.pose();
    if (this.photo === undefined || pose === undefined || this.canvas.hidden) return;
    this.turned.lerp(this.pointer, 0.12);
    const { fy, width, height } = this.photo.intrinsics;
    const [x, y, z] = pose.position;
    const turn = this.reach * POINTER_REACH;
    this.camera.position.copy(toThree([x + this.turned.x * turn, y + this.turned.y * turn, z]));
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
