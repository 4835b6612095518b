// Poses of the virtual camera in the core's memory.

import type { CameraPose } from './camera_path.js';
import type { Core } from './core.js';
import type { Pointer } from './core_functions.js';
import { POSE, pack, sizeOf } from './core_structs.js';

/** The bytes of an array of `pd_pose`. */
export function packedPoses(poses: readonly CameraPose[]): Uint8Array {
  const bytes = new Uint8Array(poses.length * sizeOf(POSE));
  poses.forEach((pose, index) => {
    const [positionX, positionY, positionZ] = pose.position;
    const [lookAtX, lookAtY, lookAtZ] = pose.lookAt;
    const [upX, upY, upZ] = pose.up;
    const place = { positionX, positionY, positionZ, lookAtX, lookAtY, lookAtZ };
    bytes.set(pack(POSE, { ...place, upX, upY, upZ, zoom: pose.zoom }), index * sizeOf(POSE));
  });
  return bytes;
}

/** Copies of `count` poses that lie one after the other. */
export function readPoses(core: Core, poses: Pointer, count: number): CameraPose[] {
  return Array.from({ length: count }, (_, index) => {
    const pose = core.read(POSE, poses + index * sizeOf(POSE));
    return {
      position: [pose.positionX, pose.positionY, pose.positionZ],
      lookAt: [pose.lookAtX, pose.lookAtY, pose.lookAtZ],
      up: [pose.upX, pose.upY, pose.upZ],
      zoom: pose.zoom,
    };
  });
}
