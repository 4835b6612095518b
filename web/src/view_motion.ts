// The pose of a moving view: along a camera path, or where the visitor turns it.

import type { CameraPathOptions, CameraPose, Photo3D } from './index.js';
import type { Direction } from './view_lead.js';
import { mixPoses } from './webgl_view.js';

/** How far a visitor turns the view at strength 1, in distances of the head. */
const LEAD_REACH = 0.05;
/** Directions in which the visitor's movement is limited; between them, the limit differs by less than LIMIT_MARGIN. */
const LIMITED_DIRECTIONS = 24;
const LIMIT_MARGIN = 1.002;
/** The path continues after so much time without input. */
const IDLE_MS = 2500;
/** The view approaches its goal by this exponent per second. */
const FOLLOW_PER_SECOND = 6;
const LONGEST_STEP_SECONDS = 0.1;
/** Differences that no pixel shows. */
const LEAST_MOVEMENT = 1e-4;

export interface Movement {
  /** The poses of the path, 30 per second. */
  path: CameraPose[];
  durationSeconds: number;
  /** The pose at the right end of the visitor's movement. */
  rightmost: CameraPose;
}

/**
 * The path and the visitor's movement. Both are limited so that no view shows the space beyond the scene's ends. The
 * zoom that a view needs is nearly a convex function of the position, so that mixed poses need no more than their mixed
 * zoom.
 */
export async function makeMovement(
  photo: Photo3D,
  headDistanceMetres: number,
  options: Required<Pick<CameraPathOptions, 'preset' | 'strength' | 'durationSeconds'>>,
): Promise<Movement> {
  const path = await photo.cameraPath({ ...options, framesPerSecond: 30 });
  const reach = LEAD_REACH * headDistanceMetres * options.strength;
  const farthest = Array.from({ length: LIMITED_DIRECTIONS }, (_, index): CameraPose => {
    const angle = (2 * Math.PI * index) / LIMITED_DIRECTIONS;
    const position = [reach * Math.cos(angle), reach * Math.sin(angle), 0] as const;
    return { position, lookAt: [0, 0, headDistanceMetres], up: [0, -1, 0], zoom: 1 };
  });
  const [rightmost] = await photo.limitPath(farthest);
  const widened = (pose: CameraPose) => ({ ...pose, zoom: pose.zoom * LIMIT_MARGIN });
  return { path: path.map(widened), durationSeconds: options.durationSeconds, rightmost: widened(rightmost!) };
}

/** The pose over time. Times are in milliseconds, as of requestAnimationFrame. */
export class ViewMotion {
  private readonly lead = { x: 0, y: 0, time: -Infinity };
  private readonly led = { x: 0, y: 0 };
  /** 0 on the path, 1 where the visitor turns the view. */
  private share = 1;
  private pathSeconds = 0;
  private before: number | undefined;

  constructor(private movement: Movement) {}

  use(movement: Movement): void {
    this.movement = movement;
  }

  turn({ x, y }: Direction, time: number): void {
    Object.assign(this.lead, { x, y, time });
  }

  /** After a pause in drawing, the next step takes no time. */
  rest(): void {
    this.before = undefined;
  }

  /**
   * The pose now, and whether it will change without more input. `follows`: the view moves along the path while no visitor
   * turns it. `isSmooth`: it approaches its goal instead of jumping there.
   */
  step(
    now: number,
    { follows, isSmooth }: { follows: boolean; isSmooth: boolean },
  ): { pose: CameraPose; moves: boolean } {
    // The time of a frame may be before that of a draw between frames.
    const seconds = Math.min(LONGEST_STEP_SECONDS, Math.max(0, now - (this.before ?? now)) / 1000);
    this.before = now;
    const { lead, led } = this;
    const isLed = now - lead.time < IDLE_MS || !follows;
    const part = isSmooth ? 1 - Math.exp(-FOLLOW_PER_SECOND * seconds) : 1;
    led.x += (lead.x - led.x) * part;
    led.y += (lead.y - led.y) * part;
    this.share += ((isLed ? 1 : 0) - this.share) * part;
    if (!isLed) this.pathSeconds += seconds;
    const rest = Math.max(Math.abs(lead.x - led.x), Math.abs(lead.y - led.y), isLed ? 1 - this.share : 0);
    return { pose: mixPoses(this.pathPose(), this.ledPose(), this.share), moves: follows || rest > LEAST_MOVEMENT };
  }

  private pathPose(): CameraPose {
    const { path, durationSeconds } = this.movement;
    const at = ((this.pathSeconds / durationSeconds) % 1) * path.length;
    const [from, to] = [path[Math.floor(at) % path.length]!, path[Math.ceil(at) % path.length]!];
    return mixPoses(from, to, at % 1);
  }

  private ledPose(): CameraPose {
    const { rightmost } = this.movement;
    const reach = rightmost.position[0];
    return { ...rightmost, position: [this.led.x * reach, this.led.y * reach, 0] };
  }
}
