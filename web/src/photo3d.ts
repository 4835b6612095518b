// A photo with depth that can be looked at from other places: mesh, filled background, camera paths, frames, files.

import { abandoned, type Core, type Pointer } from './core.js';
import { loadCore } from './core_start.js';
import { PortraitDepthError } from './errors.js';
import { encodeGif } from './gif.js';
import { encodeGlb } from './glb.js';
import { checkColor, checkOptions, checkPose } from './option_checks.js';
import { toPixels, type Pixels } from './pixels.js';
import type { DepthMap, Intrinsics, PixelInput, RuntimeConfig } from './types.js';
import { encodeWebM } from './webm.js';

/** Triangles in the photo's camera space: metres; x right, y down, z away. */
export interface Mesh {
  /** x, y, z a vertex. */
  positions: Float32Array<ArrayBuffer>;
  /** u, v a vertex, 0..1, from the texture's upper left. */
  textureCoordinates: Float32Array<ArrayBuffer>;
  /** Three a triangle. */
  indices: Uint32Array<ArrayBuffer>;
}

export type BackgroundKind = 'fill' | 'blur' | 'color' | 'picture' | 'transparent';

export interface Background {
  /** Default: `fill`, the photo's own with the person's place filled in. */
  kind: BackgroundKind;
  /** sRGB, 0..255 each; for `color`. */
  color?: readonly [number, number, number];
  /** For `picture`; cropped to the photo's shape. */
  picture?: PixelInput;
}

export interface LongWork {
  /** Called with 0..1, never decreasing. What it throws ends the work and is what the work rejects with. */
  onProgress?: (fraction: number) => void;
  /** Aborted: the work rejects with a PortraitDepthError of code `stopped`. */
  signal?: AbortSignal;
}

export interface Photo3DOptions extends LongWork {
  background?: Background;
  /** Multiplies the depth around the head: 0 is flat, 1 (default) is as estimated. */
  relief?: number;
  /** Depth edges steeper than this are cut: depth over sideways distance. Default: the core's. */
  edgeSlope?: number;
  /** Longest side of the textures, pixels. Default: the core's, 2048. */
  maxTextureSize?: number;
}

/** Where the virtual camera stands in the photo's camera space; the photo's own stands at 0, 0, 0 and looks along +z. */
export interface CameraPose {
  position: readonly [number, number, number];
  lookAt: readonly [number, number, number];
  up: readonly [number, number, number];
  /** Multiplies the photo's focal length. */
  zoom: number;
}

export interface CameraPathOptions {
  /** One of `cameraPresets()`. Default: `orbit`. */
  preset?: string;
  /** Multiplies the camera's movement. Default: 1. */
  strength?: number;
  /** Default: 2. */
  durationSeconds?: number;
  /** Default: what is usual for the file's format, as the command `portrait-depth` makes it. */
  framesPerSecond?: number;
}

export interface FrameSize {
  /**
   * Pixels, rounded down. Where one side is left out, both are even and follow from the photo's shape; where both are,
   * they have what is usual for the file's format, as the command `portrait-depth` makes it, and no more than the photo.
   * A WebM's are always even.
   */
  width?: number;
  height?: number;
}

export interface Timed {
  framesPerSecond: number;
}

export interface FilmOptions extends CameraPathOptions, FrameSize, LongWork {
  /** Of toGIF: times it plays, 0 (default) for ever. */
  loops?: number;
  /** Of toWebM: 0..1, larger is better and bigger. Default: 0.75. */
  quality?: number;
}

/** A photo that was built: on this thread, or in a worker (see createWorkerClient). */
export interface Photo3D {
  readonly width: number;
  readonly height: number;
  readonly intrinsics: Intrinsics;
  /** The poses of a preset, one a frame, limited to what this photo can show. */
  cameraPath(options?: CameraPathOptions): Promise<CameraPose[]>;
  personMesh(): Promise<Mesh>;
  /** null for a transparent background. */
  backgroundMesh(): Promise<Mesh | null>;
  /** Straight alpha; colours are free of the background. */
  personTexture(): Promise<ImageData>;
  backgroundTexture(): Promise<ImageData | null>;
  /** One frame; opaque unless the background is transparent. */
  render(pose: CameraPose, size?: FrameSize): Promise<ImageData>;
  toGIF(options?: FilmOptions): Promise<Blob>;
  /** VP9. Needs WebCodecs; rejects with code `unsupported` where the browser has none. */
  toWebM(options?: FilmOptions): Promise<Blob>;
  /** Binary glTF 2.0: both meshes, textures, and the camera with the path as animation. */
  toGLB(options?: CameraPathOptions & LongWork): Promise<Blob>;
  dispose(): void;
}

export interface CameraPreset {
  name: string;
  description: string;
}

const BACKGROUND_KINDS: readonly BackgroundKind[] = ['fill', 'blur', 'color', 'picture', 'transparent'];
const FLOATS_PER_POSE = 10;
const LEFT_OUT = -1;

/** Of what sizes and rates are usual for; '' is a frame or a path alone. */
type FileFormat = 'gif' | 'webm' | 'glb' | '';

/** @internal */
export function stopped(): PortraitDepthError {
  return new PortraitDepthError('stopped', 'Stopped on request.');
}

/** @internal Reports, lets other work of the thread run, and throws when the caller wants it to end. */
export async function breathe(work: LongWork, fraction: number): Promise<void> {
  work.onProgress?.(fraction);
  await new Promise((resolve) => setTimeout(resolve));
  if (work.signal?.aborted === true) throw stopped();
}

/** The config is needed where nothing has loaded the core before. */
export async function cameraPresets(config?: RuntimeConfig): Promise<CameraPreset[]> {
  const core = await loadCore(config);
  const f = core.functions;
  return Array.from({ length: f.pd_preset_count() }, (_, index) => ({
    name: core.text(f.pd_preset_name(index)),
    description: core.text(f.pd_preset_description(index)),
  }));
}

class CorePhoto3D implements Photo3D {
  constructor(
    private readonly core: Core,
    private handle: Pointer,
    readonly intrinsics: Intrinsics,
  ) {
    abandoned.register(this, () => core.functions.pd_photo3d_destroy(handle), this);
  }

  get width(): number {
    return this.intrinsics.width;
  }
  get height(): number {
    return this.intrinsics.height;
  }

  private get photo(): Pointer {
    if (this.handle === 0)
      throw new PortraitDepthError('invalid_argument', 'This 3D photo was disposed of; create a new one.');
    return this.handle;
  }

  /** With the rate that is usual for the format where none is asked for. */
  private timed<T extends CameraPathOptions>(format: FileFormat, options: T): T & Timed {
    const usual = (name: Pointer) => this.core.functions.pd_usual_frames_per_second(name);
    return { ...options, framesPerSecond: options.framesPerSecond ?? this.core.lendText(format, usual) };
  }

  private frameSize(format: FileFormat, asked: FrameSize): { width: number; height: number } {
    const { core } = this;
    const sides = core.lendText(format, (name) => {
      const { width = LEFT_OUT, height = LEFT_OUT } = asked;
      return core.check(core.functions.pd_film_frame_size(this.width, this.height, name, width, height));
    });
    const [width, height] = core.words(sides, 2) as unknown as [number, number];
    return { width, height };
  }

  async cameraPath(options: CameraPathOptions = {}): Promise<CameraPose[]> {
    checkOptions(options);
    const { core, photo } = this;
    const { preset = 'orbit', strength = 1, durationSeconds = 2, framesPerSecond } = this.timed('', options);
    const count = core.lendText(preset, (name) =>
      core.check(core.functions.pd_photo3d_path(photo, name, strength, durationSeconds, framesPerSecond)),
    );
    const numbers = [...core.floats(core.functions.pd_photo3d_poses(photo), count * FLOATS_PER_POSE)];
    const three = (at: number) => numbers.slice(at, at + 3) as [number, number, number];
    return Array.from({ length: count }, (_, frame) => {
      const at = frame * FLOATS_PER_POSE;
      return { position: three(at), lookAt: three(at + 3), up: three(at + 6), zoom: numbers[at + 9]! };
    });
  }

  private mesh(background: boolean): Mesh {
    const { core, photo } = this;
    const header = core.check(core.functions.pd_photo3d_mesh(photo, background ? 1 : 0));
    const [positions, coordinates, vertices, indices, indexCount] = core.words(header, 5) as unknown as number[];
    return {
      positions: core.floats(positions!, vertices! * 3).slice(),
      textureCoordinates: core.floats(coordinates!, vertices! * 2).slice(),
      indices: core.words(indices!, indexCount!).slice(),
    };
  }

  private texture(background: boolean): ImageData | null {
    const { core, photo } = this;
    const header = core.check(core.functions.pd_photo3d_texture(photo, background ? 1 : 0));
    const [bytes, width, height] = core.words(header, 3) as unknown as number[];
    if (width === 0) return null;
    return new ImageData(core.bytes(bytes!, width! * height! * 4).slice(), width!, height!);
  }

  async personMesh(): Promise<Mesh> {
    return this.mesh(false);
  }
  async backgroundMesh(): Promise<Mesh | null> {
    const mesh = this.mesh(true);
    return mesh.indices.length === 0 ? null : mesh;
  }
  async personTexture(): Promise<ImageData> {
    return this.texture(false)!;
  }
  async backgroundTexture(): Promise<ImageData | null> {
    return this.texture(true);
  }

  /** RGBA in the core's memory, valid until the next call. */
  private renderInCore(pose: CameraPose, width: number, height: number): Pointer {
    const numbers = new Float32Array([...pose.position, ...pose.lookAt, ...pose.up, pose.zoom]);
    const { core, photo } = this;
    return core.lend([numbers], (address) =>
      core.check(core.functions.pd_photo3d_render(photo, address!, width, height)),
    );
  }

  async render(pose: CameraPose, size: FrameSize = {}): Promise<ImageData> {
    checkPose(pose);
    checkOptions(size);
    const { width, height } = this.frameSize('', size);
    const frame = this.renderInCore(pose, width, height);
    return new ImageData(this.core.bytes(frame, width * height * 4).slice(), width, height);
  }

  async toGIF(options: FilmOptions = {}): Promise<Blob> {
    checkOptions(options);
    const { width, height } = this.frameSize('gif', options);
    const film = this.timed('gif', options);
    const poses = await this.cameraPath(film);
    const draw = (pose: CameraPose) => this.renderInCore(pose, width, height);
    return encodeGif(this.core, { poses, draw, width, height, options: film });
  }

  async toWebM(options: FilmOptions = {}): Promise<Blob> {
    checkOptions(options);
    const size = this.frameSize('webm', options);
    const film = this.timed('webm', options);
    const poses = await this.cameraPath(film);
    return encodeWebM({ poses, draw: (pose) => this.render(pose, size), ...size, options: film });
  }

  async toGLB(options: CameraPathOptions & LongWork = {}): Promise<Blob> {
    checkOptions(options);
    const film = this.timed('glb', options);
    return encodeGlb({
      core: this.core,
      photo: () => this.photo,
      makePath: () => this.cameraPath(film),
      options: film,
    });
  }

  dispose(): void {
    if (this.handle === 0) return;
    this.core.functions.pd_photo3d_destroy(this.handle);
    abandoned.unregister(this);
    this.handle = 0;
  }
}

/**
 * `image` and `depthMap` have the same size, and show the same side: depth made with `flipHorizontal` needs the image
 * mirrored. Throws PortraitDepthError where sizes differ, or when the depth map is empty.
 */
export async function createPhoto3D(
  image: PixelInput,
  depthMap: DepthMap,
  options: Photo3DOptions = {},
): Promise<Photo3D> {
  checkOptions(options);
  const background = options.background ?? { kind: 'fill' };
  const [core, pixels] = await Promise.all([loadCore(), toPixels(image)]);
  checkDepthMap(depthMap);
  checkInputs(pixels, depthMap, background);
  const picture =
    background.picture === undefined
      ? { data: new Uint8ClampedArray(0), width: 0, height: 0 }
      : await toPixels(background.picture);
  const depthMetres = await depthMap.metres();
  const [red, green, blue] = background.color ?? [0, 0, 0];
  const camera = depthMap.intrinsics();
  const listener = (fraction: number) => {
    options.onProgress?.(fraction);
    return options.signal?.aborted !== true;
  };
  const handle = core.listening(listener, () =>
    core.lend([pixels.data, depthMetres, depthMap.mask(), picture.data], (rgba, metres, mask, pictureAt) =>
      core.check(
        core.functions.pd_photo3d_build(
          rgba!,
          metres!,
          mask!,
          pixels.width,
          pixels.height,
          camera.fx,
          camera.fy,
          camera.cx,
          camera.cy,
          depthMap.headDistanceMetres,
          BACKGROUND_KINDS.indexOf(background.kind),
          (red << 16) | (green << 8) | blue,
          pictureAt!,
          picture.width,
          picture.height,
          options.relief ?? 1,
          options.edgeSlope ?? NaN,
          options.maxTextureSize ?? 0,
        ),
      ),
    ),
  );
  return new CorePhoto3D(core, handle, camera);
}

/** @internal Throws PortraitDepthError for null, which the API gives for no picture, and for what is no depth map. */
export function checkDepthMap(depthMap: DepthMap): void {
  if (typeof depthMap?.metres !== 'function')
    throw new PortraitDepthError('invalid_argument', 'A depth map is needed, as estimateDepth gives it for the image.');
}

function checkInputs(pixels: Pixels, depthMap: DepthMap, background: Background): void {
  if (pixels.width !== depthMap.width || pixels.height !== depthMap.height)
    throw new PortraitDepthError(
      'invalid_argument',
      `The image is ${pixels.width} x ${pixels.height}, its depth map ${depthMap.width} x ${depthMap.height}; give both in one size.`,
    );
  if (!depthMap.personFound)
    throw new PortraitDepthError('no_person', 'Nobody was found in this picture; try one where a person is larger.');
  if (!BACKGROUND_KINDS.includes(background.kind))
    throw new PortraitDepthError(
      'invalid_argument',
      `The background "${background.kind}" is unknown; there are ${BACKGROUND_KINDS.join(', ')}.`,
    );
  if (background.kind === 'picture' && background.picture === undefined)
    throw new PortraitDepthError('invalid_argument', 'The background "picture" needs a picture.');
  if (background.color !== undefined) checkColor('background.color', background.color);
}
