// A crop rectangle over the picture. Pointer, touch and keys move and resize it.

import type { Rectangle } from './crop.js';

/** Smallest side, pixels of the picture: a smaller part shows no person. */
const LEAST_SIDE = 64;
/** The step of an arrow key as a share of the picture; with Shift a fifth of it. */
const KEY_STEP = 0.02;

/** Which sides a handle moves: -1 the near one (left, top), 1 the far one, 0 neither. */
interface Handle {
  x: -1 | 0 | 1;
  y: -1 | 0 | 1;
  name: string;
}

const HANDLES: readonly Handle[] = [
  { x: -1, y: -1, name: 'Upper left corner' },
  { x: 0, y: -1, name: 'Upper edge' },
  { x: 1, y: -1, name: 'Upper right corner' },
  { x: 1, y: 0, name: 'Right edge' },
  { x: 1, y: 1, name: 'Lower right corner' },
  { x: 0, y: 1, name: 'Lower edge' },
  { x: -1, y: 1, name: 'Lower left corner' },
  { x: -1, y: 0, name: 'Left edge' },
];

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** The near and the far end along one axis after a handle moved one of them; `whole` moves both. */
function moveEnds(near: number, far: number, by: number, end: -1 | 0 | 1, limit: number, whole: boolean) {
  if (whole) {
    const start = clamp(near + by, 0, limit - (far - near));
    return [start, start + far - near] as const;
  }
  if (end < 0) return [clamp(near + by, 0, far - LEAST_SIDE), far] as const;
  if (end > 0) return [near, clamp(far + by, near + LEAST_SIDE, limit)] as const;
  return [near, far] as const;
}

export class CropEditor {
  private readonly root = document.createElement('div');
  private readonly view = document.createElement('canvas');
  private readonly area = document.createElement('div');
  private readonly frame = document.createElement('div');
  private readonly size = document.createElement('output');
  get isOpen(): boolean {
    return this.root.isConnected;
  }
  /** Closes the editor if it is open. */
  close: () => void = () => undefined;
  private rectangle: Rectangle = { left: 0, top: 0, width: 1, height: 1 };

  /** `stage` is the element that shows the picture. */
  constructor(private readonly stage: HTMLElement) {
    this.root.className = 'cropper';
    this.root.setAttribute('role', 'group');
    this.root.setAttribute('aria-label', 'Crop');
    this.area.className = 'area';
    this.frame.className = 'frame';
    this.frame.tabIndex = 0;
    this.frame.setAttribute('role', 'group');
    this.frame.setAttribute('aria-label', 'Frame. The arrow keys move it; its corners and edges follow.');
    this.makeMovable(this.frame, { x: 0, y: 0, name: 'Frame' }, true);
    for (const handle of HANDLES) this.frame.append(this.handleButton(handle));
    this.size.setAttribute('aria-live', 'polite');
    this.area.append(this.view, this.frame);
  }

  private handleButton(handle: Handle): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'handle';
    button.style.left = `${(handle.x + 1) * 50}%`;
    button.style.top = `${(handle.y + 1) * 50}%`;
    button.style.cursor =
      handle.x === 0
        ? 'ns-resize'
        : handle.y === 0
          ? 'ew-resize'
          : handle.x === handle.y
            ? 'nwse-resize'
            : 'nesw-resize';
    button.setAttribute('aria-label', `${handle.name}. The arrow keys move it.`);
    this.makeMovable(button, handle, false);
    return button;
  }

  private makeMovable(target: HTMLElement, handle: Handle, whole: boolean): void {
    target.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      event.stopPropagation();
      target.focus();
      target.setPointerCapture(event.pointerId);
    });
    target.addEventListener('pointermove', (event) => {
      if (!target.hasPointerCapture(event.pointerId)) return;
      event.stopPropagation();
      const pixels = this.view.width / this.view.getBoundingClientRect().width;
      this.move(handle, event.movementX * pixels, event.movementY * pixels, whole);
    });
    target.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const share = event.shiftKey ? KEY_STEP / 5 : KEY_STEP;
      this.move(handle, step[0]! * share * this.view.width, step[1]! * share * this.view.height, whole);
    });
  }

  private move(handle: Handle, byX: number, byY: number, whole: boolean): void {
    const { left, top, width, height } = this.rectangle;
    const [near, far] = moveEnds(left, left + width, byX, handle.x, this.view.width, whole);
    const [upper, lower] = moveEnds(top, top + height, byY, handle.y, this.view.height, whole);
    this.show({ left: near, top: upper, width: far - near, height: lower - upper });
  }

  private show(rectangle: Rectangle): void {
    this.rectangle = rectangle;
    const { left, top, width, height } = this.rounded();
    const share = (part: number, all: number) => `${(100 * part) / all}%`;
    this.frame.style.left = share(left, this.view.width);
    this.frame.style.top = share(top, this.view.height);
    this.frame.style.width = share(width, this.view.width);
    this.frame.style.height = share(height, this.view.height);
    this.size.value = `${width} × ${height} pixels`;
  }

  private rounded(): Rectangle {
    const { left, top, width, height } = this.rectangle;
    const [x, y] = [Math.round(left), Math.round(top)];
    return {
      left: x,
      top: y,
      width: Math.min(Math.round(width), this.view.width - x),
      height: Math.min(Math.round(height), this.view.height - y),
    };
  }

  /** Shows the editor. The result is the crop, null if the visitor cancels, or undefined after close(). */
  edit(picture: HTMLCanvasElement, start: Rectangle): Promise<Rectangle | null | undefined> {
    this.close();
    this.view.width = picture.width;
    this.view.height = picture.height;
    this.view.getContext('2d')!.drawImage(picture, 0, 0);
    this.area.style.aspectRatio = `${picture.width} / ${picture.height}`;
    this.area.style.setProperty('--aspect', String(picture.width / picture.height));
    this.show(start);
    const buttons = document.createElement('div');
    buttons.className = 'row center';
    const [take, leave] = ['Use this crop', 'Cancel'].map((text) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = text;
      buttons.append(button);
      return button;
    });
    take!.className = 'main';
    buttons.prepend(this.size);
    this.root.replaceChildren(this.area, buttons);
    this.stage.append(this.root);
    this.frame.focus();
    return new Promise((resolve) => {
      const end = (result: Rectangle | null | undefined) => {
        this.root.remove();
        resolve(result);
      };
      this.close = () => end(undefined);
      take!.onclick = () => end(this.rounded());
      leave!.onclick = () => end(null);
      this.root.onkeydown = (event) => {
        const takes = event.key === 'Enter' && !(event.target instanceof HTMLButtonElement);
        if (!takes && event.key !== 'Escape') return;
        event.preventDefault(); // otherwise the key also presses the button that receives the focus
        end(takes ? this.rounded() : null);
      };
    });
  }
}
