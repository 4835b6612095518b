// The public types of a 3D photo: its options, its meshes, and its methods.

import type { CameraPathOptions, CameraPose } from './camera_path.js';
import type { FilmOptions, FrameSize } from './film_options.js';
import type { LongWork } from './long_work.js';
import type { Intrinsics, PixelInput } from './types.js';

/** Triangles in the photo's camera space, in metres: x right, y down, z away from the camera. The caller owns the arrays. */
export interface Mesh {
  /** x, y, z of each vertex. */
  positions: Float32Array<ArrayBuffer>;
  /** u, v of each vertex, 0..1, from the texture's upper left corner. */
  textureCoordinates: Float32Array<ArrayBuffer>;
  /** Three indices of vertices for each triangle. */
  indices: Uint32Array<ArrayBuffer>;
}

export type BackgroundKind = 'fill' | 'blur' | 'color' | 'picture' | 'transparent';

export interface Background {
  /** Default: `fill`, the photo's own background with the person's place inpainted. */
  kind: BackgroundKind;
  /** For `color`: sRGB, 0..255 each. */
  color?: readonly [number, number, number];
  /** For `picture`: cropped to the photo's shape. */
  picture?: PixelInput;
}

export interface Photo3DOptions extends LongWork {
  background?: Background;
  /** Multiplies the depth around the head: 0 is flat, 1 (default) is the estimated depth. */
  relief?: number;
  /** For exact depth: the mesh is cut at depth edges steeper than this, depth over sideways distance. Default: the
   * mesh is whole, and steep edges become slopes. */
  edgeSlope?: number;
  /** Longest side of the textures in pixels. Default: the core's, 2048. */
  maxTextureSize?: number;
}

/** A built 3D photo, on this thread or in a worker (see createWorkerClient). */
export interface Photo3D {
  readonly width: number;
  readonly height: number;
  readonly intrinsics: Intrinsics;
  /** The poses of a preset, one for each frame, limited to the views that this photo covers. */
  cameraPath(options?: CameraPathOptions): Promise<CameraPose[]>;
  /**
   * The given poses, zoomed in by one factor until none shows the space beyond the scene, which goes on a little beyond
   * the photo; if this needs more than 1.03, all are moved toward the photo's camera as well. For a view that the visitor leads: the poses are the
   * farthest ones.
   */
  limitPath(poses: readonly CameraPose[]): Promise<CameraPose[]>;
  personMesh(): Promise<Mesh>;
  /** null for a transparent background. */
  backgroundMesh(): Promise<Mesh | null>;
  /** RGBA with straight alpha, sRGB; background color is removed from mixed pixels. */
  personTexture(): Promise<ImageData>;
  /** null for a transparent background. */
  backgroundTexture(): Promise<ImageData | null>;
  /** One frame; opaque unless the background is transparent. */
  render(pose: CameraPose, size?: FrameSize): Promise<ImageData>;
  toGIF(options?: FilmOptions): Promise<Blob>;
  /** VP9. Needs WebCodecs; rejects with code `unsupported` in a browser without it. */
  toWebM(options?: FilmOptions): Promise<Blob>;
  /** Binary glTF 2.0: both meshes, textures, and the camera with the path as animation. */
  toGLB(options?: CameraPathOptions & LongWork): Promise<Blob>;
  /** Frees the memory of the photo; later calls reject with code `invalid_argument`. */
  dispose(): void;
}
