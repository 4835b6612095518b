// The 3D photo: the core builds and renders it. Meshes, textures, camera paths, frames and files.

import type { CameraPathOptions, CameraPose, CameraPreset } from './camera_path.js';
import { packedPoses, readPoses } from './camera_poses.js';
import { abandoned, type Core } from './core.js';
import type { Pointer } from './core_functions.js';
import { loadCore } from './core_start.js';
import { MESH, PHOTO3D_OPTIONS, TEXTURE, pack } from './core_structs.js';
import { checkDepthMap, lendDepthMap, PortraitDepthMap } from './depth_map.js';
import { PortraitDepthError } from './errors.js';
import type { FilmOptions, FrameSize, WithFrameRate } from './film_options.js';
import { encodeGif } from './gif.js';
import { encodeGlb } from './glb.js';
import type { LongWork } from './long_work.js';
import { checkColor, checkOptions, checkPose } from './option_checks.js';
import type { Background, BackgroundKind, Mesh, Photo3D, Photo3DOptions } from './photo3d_types.js';
import { toPixels, type Pixels } from './pixels.js';
import type { DepthMap, Intrinsics, PixelInput, RuntimeConfig } from './types.js';
import { encodeWebM } from './webm.js';

const BACKGROUND_KINDS: readonly BackgroundKind[] = ['fill', 'blur', 'color', 'picture', 'transparent'];
/** The core's number for a side that follows from the other one or from the format. */
const UNSET = -1;

/** The film format that decides the usual size and rate; '' is for a frame, a path or a scene. */
type FilmFormat = 'gif' | 'webm' | '';

/** The camera presets of the core. The config matters for the first call that loads the core. */
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

  /** Sets the format's usual rate if the options have none. */
  private withFrameRate<T extends CameraPathOptions>(format: FilmFormat, options: T): T & WithFrameRate {
    const usual = (name: Pointer) => this.core.functions.pd_usual_frames_per_second(name);
    return {
      ...options,
      framesPerSecond: options.framesPerSecond ?? this.core.check(this.core.lendText(format, usual)),
    };
  }

  private frameSize(format: FilmFormat, asked: FrameSize): { width: number; height: number } {
    const { core } = this;
    const sides = core.lendText(format, (name) => {
      const { width = UNSET, height = UNSET } = asked;
      return core.check(core.functions.pd_film_frame_size(this.width, this.height, name, width, height));
    });
    const [width, height] = core.words(sides, 2) as unknown as [number, number];
    return { width, height };
  }

  async cameraPath(options: CameraPathOptions = {}): Promise<CameraPose[]> {
    checkOptions(options);
    const { core, photo } = this;
    const { preset = 'orbit', strength = 1, durationSeconds = 2, framesPerSecond } = this.withFrameRate('', options);
    const count = core.lendText(preset, (name) =>
      core.check(core.functions.pd_photo3d_path(photo, name, strength, durationSeconds, framesPerSecond)),
    );
    return readPoses(core, core.functions.pd_photo3d_poses(photo), count);
  }

  async limitPath(poses: readonly CameraPose[]): Promise<CameraPose[]> {
    for (const pose of poses) checkPose(pose);
    const { core, photo } = this;
    return core.lend([packedPoses(poses)], (address) =>
      readPoses(core, core.check(core.functions.pd_photo3d_limit(photo, address!, poses.length)), poses.length),
    );
  }

  private mesh(background: boolean): Mesh {
    const { core, photo } = this;
    const mesh = core.read(MESH, core.functions.pd_photo3d_mesh(photo, background ? 1 : 0));
    return {
      positions: core.floats(mesh.positions, mesh.vertexCount * 3).slice(),
      textureCoordinates: core.floats(mesh.textureCoordinates, mesh.vertexCount * 2).slice(),
      indices: core.words(mesh.indices, mesh.indexCount).slice(),
    };
  }

  private texture(background: boolean): ImageData | null {
    const { core, photo } = this;
    const texture = core.read(TEXTURE, core.functions.pd_photo3d_texture(photo, background ? 1 : 0));
    const { pixels, width, height } = texture;
    return width === 0 ? null : new ImageData(core.bytes(pixels, width * height * 4).slice(), width, height);
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

  /** Renders a frame; its RGBA lies in the core's memory and is valid until the next call. */
  private renderInCore(pose: CameraPose, width: number, height: number): Pointer {
    const { core, photo } = this;
    return core.lend([packedPoses([pose])], (address) =>
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
    const film = this.withFrameRate('gif', options);
    const poses = await this.cameraPath(film);
    const draw = (pose: CameraPose) => this.renderInCore(pose, width, height);
    return encodeGif(this.core, { poses, draw, width, height, options: film });
  }

  async toWebM(options: FilmOptions = {}): Promise<Blob> {
    checkOptions(options);
    const size = this.frameSize('webm', options);
    const film = this.withFrameRate('webm', options);
    const poses = await this.cameraPath(film);
    return encodeWebM({ poses, draw: (pose) => this.render(pose, size), ...size, options: film });
  }

  async toGLB(options: CameraPathOptions & LongWork = {}): Promise<Blob> {
    checkOptions(options);
    const film = this.withFrameRate('', options);
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

/** @internal createPhoto3D from a finished depth map. */
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
  const { width, height, headDistanceMetres } = depthMap;
  const camera = depthMap.intrinsics();
  const map = {
    width,
    height,
    headDistanceMetres,
    intrinsics: camera,
    metres: await depthMap.metres(),
    mask: depthMap.mask(),
  };
  const inCore = depthMap instanceof PortraitDepthMap ? depthMap.inCore : undefined;
  const listener = (fraction: number) => {
    options.onProgress?.(fraction);
    return options.signal?.aborted !== true;
  };
  const build = (depthMapAt: Pointer) =>
    core.lend([pixels.data, picture.data], (rgba, pictureAt) =>
      core.lend([packedOptions(options, background, pictureAt!, picture)], (optionsAt) =>
        core.check(core.functions.pd_photo3d_build(rgba!, depthMapAt, optionsAt!)),
      ),
    );
  const handle = core.listening(listener, () => lendDepthMap(core, map, inCore, build));
  return new CorePhoto3D(core, handle, camera);
}

function packedOptions(
  options: Photo3DOptions,
  background: Background,
  picture: Pointer,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const [red, green, blue] = background.color ?? [0, 0, 0];
  return pack(PHOTO3D_OPTIONS, {
    backgroundKind: BACKGROUND_KINDS.indexOf(background.kind),
    backgroundColor: (red << 16) | (green << 8) | blue,
    picture,
    pictureWidth: width,
    pictureHeight: height,
    relief: options.relief ?? 1,
    edgeSlope: options.edgeSlope ?? NaN,
    maxTextureSize: options.maxTextureSize ?? 0,
  });
}

function checkInputs(pixels: Pixels, depthMap: DepthMap, background: Background): void {
  if (pixels.width !== depthMap.width || pixels.height !== depthMap.height)
    throw new PortraitDepthError(
      'invalid_argument',
      `The image is ${pixels.width} x ${pixels.height}, its depth map ${depthMap.width} x ${depthMap.height}; pass both in the same size.`,
    );
  if (!depthMap.personFound)
    throw new PortraitDepthError(
      'no_person',
      'No person was found in this picture; choose one where a person is larger.',
    );
  if (!BACKGROUND_KINDS.includes(background.kind))
    throw new PortraitDepthError(
      'invalid_argument',
      `The background "${background.kind}" is unknown; choose one of ${BACKGROUND_KINDS.join(', ')}.`,
    );
  if (background.kind === 'picture' && background.picture === undefined)
    throw new PortraitDepthError(
      'invalid_argument',
      'The background "picture" needs a picture; set `background.picture`.',
    );
  if (background.color !== undefined) checkColor('background.color', background.color);
}
