// The matrix of a view: from the photo's camera space to WebGL's clip space.

import type { CameraPose, Intrinsics } from './index.js';

type Vector = readonly [number, number, number];

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Vector): Vector => {
  const length = Math.hypot(...a);
  return [a[0] / length, a[1] / length, a[2] / length];
};

/** The range of depths that the depth buffer distinguishes, in distances from the camera to the point in view. */
const NEAREST = 0.02;
const FARTHEST = 200;

/**
 * Column by column, for points in metres (x right, y down, z away). The frame has the photo's aspect ratio. The pose looks
 * at a point other than its position, and not along its up.
 */
export function clipFromPhoto({ position, lookAt, up, zoom }: CameraPose, photo: Intrinsics): Float32Array {
  const forward = unit(minus(lookAt, position));
  const right = unit(cross(forward, up));
  const down = cross(forward, right);
  const distance = Math.hypot(...minus(lookAt, position));
  const [near, far] = [NEAREST * distance, FARTHEST * distance];
  // Each row: weights of x, y, z in the view, and a constant.
  const { fx, fy, cx, cy, width, height } = photo;
  const rows = [
    [(2 * fx * zoom) / width, 0, (2 * cx) / width - 1, 0],
    [0, (-2 * fy * zoom) / height, 1 - (2 * cy) / height, 0],
    [0, 0, (far + near) / (far - near), (-2 * far * near) / (far - near)],
    [0, 0, 1, 0],
  ] as const;
  const matrix = new Float32Array(16);
  rows.forEach(([x, y, z, constant], row) => {
    const weights = [0, 1, 2].map((axis) => x * right[axis]! + y * down[axis]! + z * forward[axis]!);
    weights.forEach((weight, axis) => (matrix[4 * axis + row] = weight));
    matrix[12 + row] = constant - dot(weights as unknown as Vector, position);
  });
  return matrix;
}

/** Between two poses: `t` is 0 for `a` and 1 for `b`. */
export function mixPoses(a: CameraPose, b: CameraPose, t: number): CameraPose {
  const mix = (from: Vector, to: Vector): Vector => [
    from[0] + (to[0] - from[0]) * t,
    from[1] + (to[1] - from[1]) * t,
    from[2] + (to[2] - from[2]) * t,
  ];
  return {
    position: mix(a.position, b.position),
    lookAt: mix(a.lookAt, b.lookAt),
    up: mix(a.up, b.up),
    zoom: a.zoom + (b.zoom - a.zoom) * t,
  };
}
