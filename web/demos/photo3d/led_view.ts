// The camera's path, and the space in which the visitor leads the camera beside it. The core limits both together, so that
// the space beyond the photo's borders never shows.

import type { CameraPose, Photo3D } from 'portrait-depth';

/** How far the visitor leads the camera, in head distances: the radius of the path `orbit`. */
const REACH = (0.4 / 10.5) * Math.sqrt(3);
/** Poses on the circle of that radius. */
const DIRECTIONS = 16;

export interface LedView {
  path: CameraPose[];
  /** The photo's own camera, with the zoom of the view. */
  rest: CameraPose;
  /** The radius of the disk around `rest` in which the visitor leads the camera, metres. */
  reach: number;
}

const distance = ({ position: [x, y, z] }: CameraPose) => Math.hypot(x, y, z);

/** `strength` multiplies the visitor's movement, as it does the path's. */
export async function ledView(photo: Photo3D, path: readonly CameraPose[], strength: number): Promise<LedView> {
  const nearest = path.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const rest: CameraPose = { ...nearest, position: [0, 0, 0] };
  const radius = REACH * strength * Math.hypot(...rest.lookAt);
  const circle = Array.from({ length: DIRECTIONS }, (_, index): CameraPose => {
    const angle = (2 * Math.PI * index) / DIRECTIONS;
    return { ...rest, position: [radius * Math.cos(angle), radius * Math.sin(angle), 0] };
  });
  const [limitedRest, outermost, ...others] = await photo.limitPath([rest, ...circle, ...path]);
  return { path: others.slice(DIRECTIONS - 1), rest: limitedRest!, reach: distance(outermost!) };
}
