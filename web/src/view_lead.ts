// The direction in which a visitor turns a view: by pointer, touch, arrow keys or the tilt of the device.

/** Right and down, -1..1 each, at most 1 long together. */
export interface Direction {
  x: number;
  y: number;
}

const KEY_STEP = 0.25;
const ARROWS: Record<string, Direction> = {
  ArrowLeft: { x: -KEY_STEP, y: 0 },
  ArrowRight: { x: KEY_STEP, y: 0 },
  ArrowUp: { x: 0, y: -KEY_STEP },
  ArrowDown: { x: 0, y: KEY_STEP },
};

/** This tilt reaches the end of the movement. */
const TILT_DEGREES = 14;
/** The share of a new posture that becomes the resting one with each event. */
const TILT_ADAPTION = 0.01;
/** Tilts below this share of TILT_DEGREES are the tremor of a hand. */
const LEAST_TILT = 0.05;

const clamp = (value: number) => Math.min(1, Math.max(-1, value));

function atMostOne({ x, y }: Direction): Direction {
  const length = Math.max(1, Math.hypot(x, y));
  return { x: x / length, y: y / length };
}

/** Follows the visitor's input on an element and calls `turned` with each new direction. */
export class ViewLead {
  private direction: Direction = { x: 0, y: 0 };
  private readonly controller = new AbortController();
  private tilting: AbortController | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly turned: (direction: Direction) => void,
    /** Whether the view may follow the device. */
    private readonly mayTilt: () => boolean,
  ) {
    const { signal } = this.controller;
    for (const type of ['pointerdown', 'pointermove'] as const)
      element.addEventListener(type, (event) => this.point(event), { signal });
    element.addEventListener('keydown', (event) => this.press(event), { signal });
    this.listenToTilt();
  }

  private turn(direction: Direction): void {
    this.direction = atMostOne(direction);
    this.turned(this.direction);
  }

  private point({ clientX, clientY }: PointerEvent): void {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    this.turn({ x: clamp((2 * (clientX - left)) / width - 1), y: clamp((2 * (clientY - top)) / height - 1) });
  }

  private press(event: KeyboardEvent): void {
    const step = ARROWS[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.turn({ x: clamp(this.direction.x + step.x), y: clamp(this.direction.y + step.y) });
  }

  /** Some browsers send the tilt at once, others after a permission that they ask for with a touch. */
  private listenToTilt(): void {
    this.followTilt();
    const { requestPermission } = (globalThis.DeviceOrientationEvent ?? {}) as {
      requestPermission?: () => Promise<'granted' | 'denied'>;
    };
    if (requestPermission === undefined) return;
    const ask = () =>
      void requestPermission.call(DeviceOrientationEvent).then(
        (answer) => answer === 'granted' && this.followTilt(),
        () => undefined, // the visitor or the page's policy forbids it
      );
    this.element.addEventListener('pointerup', ask, { signal: this.controller.signal, once: true });
  }

  /** Tilt is relative to a resting posture, which adapts slowly to the way in which the device is held. */
  private followTilt(): void {
    this.tilting?.abort();
    this.tilting = new AbortController();
    let rest: { beta: number; gamma: number } | undefined;
    const tilt = ({ beta, gamma }: DeviceOrientationEvent) => {
      if (beta === null || gamma === null) return;
      rest ??= { beta, gamma };
      rest.beta += (beta - rest.beta) * TILT_ADAPTION;
      rest.gamma += (gamma - rest.gamma) * TILT_ADAPTION;
      const direction = { x: (gamma - rest.gamma) / TILT_DEGREES, y: (beta - rest.beta) / TILT_DEGREES };
      if (this.mayTilt() && Math.hypot(direction.x, direction.y) > LEAST_TILT) this.turn(direction);
    };
    addEventListener('deviceorientation', tilt, { signal: this.tilting.signal });
  }

  dispose(): void {
    this.controller.abort();
    this.tilting?.abort();
  }
}
