// Poses of the virtual camera, and the paths that they form.

/** A pose of the virtual camera in the photo's camera space; the photo's own camera is at 0, 0, 0 and faces +z. */
export interface CameraPose {
  position: readonly [number, number, number];
  lookAt: readonly [number, number, number];
  up: readonly [number, number, number];
  /** Multiplies the photo's focal length. */
  zoom: number;
}

export interface CameraPathOptions {
  /** A name from `cameraPresets()`. Default: `orbit`. */
  preset?: string;
  /** Multiplies the camera's movement. Default: 1. */
  strength?: number;
  /** Default: 2. */
  durationSeconds?: number;
  /** Default: the usual rate of the file's format, the same as the command `portrait-depth` uses. */
  framesPerSecond?: number;
}

export interface CameraPreset {
  name: string;
  description: string;
}
