// The inside of a <depth-photo> element: its shadow tree and its style.

/** The texts that visitors see or hear; a page replaces them for another language. */
export interface DepthPhotoTexts {
  /** The label of a photo without `alt`. */
  label: string;
  role: string;
  help: string;
  loading: string;
  making: string;
  ready: string;
  pause: string;
  play: string;
  gif: string;
  webm: string;
  glb: string;
  writing: string;
  written: string;
}

export const ENGLISH: DepthPhotoTexts = {
  label: 'Portrait',
  role: '3D photo',
  help: 'The arrow keys turn the photo. The space bar pauses and continues the movement.',
  loading: 'Loading',
  making: 'Making the 3D photo',
  ready: 'The 3D photo is ready',
  pause: 'Pause',
  play: 'Play',
  gif: 'GIF',
  webm: 'WebM',
  glb: 'GLB',
  writing: 'Writing the file',
  written: 'The file is written',
};

export const FILE_KINDS = ['gif', 'webm', 'glb'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const STYLE = `
:host { display: inline-block; position: relative; max-width: 100%; vertical-align: bottom; }
:host([hidden]) { display: none; }
.frame { height: 100%; }
.view { position: relative; height: 100%; touch-action: pan-y; outline-offset: 2px; }
img, canvas { display: block; width: 100%; height: 100%; object-fit: var(--depth-photo-fit, contain); }
canvas { position: absolute; inset: 0; opacity: 0; transition: opacity 0.3s; }
.ready canvas { opacity: 1; }
.bar { position: absolute; inset: auto 0 0; display: flex; flex-wrap: wrap; align-items: center; gap: 0.25em; padding: 0.5em; }
.bar:not(.shown), .bar > :not(.shown) { display: none; }
button { font: inherit; color: #fff; background: #000c; border: 1px solid #fff; border-radius: 0.25em; padding: 0.25em 0.6em; min-height: 24px; cursor: pointer; }
button:disabled { opacity: 0.6; cursor: default; }
[role='status']:not(.shown) , .help { position: absolute; display: block !important; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[role='status'].shown { color: #fff; background: #000c; border-radius: 0.25em; padding: 0.25em 0.6em; }
[role='status'].shown:empty { display: none; }
progress { flex: 1; min-width: 4em; }
@media (prefers-reduced-motion: reduce) { canvas { transition: none; } }
`;

let sheet: CSSStyleSheet | undefined;

/** One for all elements. A Content-Security-Policy without inline styles allows it. */
function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  return sheet;
}

export interface DepthPhotoParts {
  frame: HTMLElement;
  /** Takes the focus and the visitor's input. */
  view: HTMLElement;
  poster: HTMLImageElement;
  canvas: HTMLCanvasElement;
  help: HTMLElement;
  bar: HTMLElement;
  status: HTMLElement;
  progress: HTMLProgressElement;
  pause: HTMLButtonElement;
  files: Record<FileKind, HTMLButtonElement>;
}

const make = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<Omit<HTMLElementTagNameMap[Name], 'part'>> & { part?: string } = {},
): HTMLElementTagNameMap[Name] => {
  const element = document.createElement(name);
  const { part, ...rest } = properties;
  if (part !== undefined) element.part.add(part);
  return Object.assign(element, rest);
};

export function makeParts(root: ShadowRoot): DepthPhotoParts {
  root.adoptedStyleSheets = [styleSheet()];
  const poster = make('img', { part: 'poster', alt: '', decoding: 'async' });
  const canvas = make('canvas', { part: 'canvas', ariaHidden: 'true' });
  const view = make('div', { part: 'view', className: 'view', tabIndex: 0 });
  view.append(poster, canvas);
  const help = make('div', { className: 'help', id: 'help' });
  const button = () => make('button', { type: 'button', part: 'button' });
  const pause = button();
  const files = { gif: button(), webm: button(), glb: button() };
  const status = make('div', { part: 'status', role: 'status' });
  const progress = make('progress', { part: 'progress', max: 1 });
  const bar = make('div', { part: 'bar', className: 'bar' });
  bar.append(pause, ...FILE_KINDS.map((kind) => files[kind]), status, progress);
  const frame = make('div', { className: 'frame' });
  frame.append(view, help, bar);
  root.append(frame);
  return { frame, view, poster, canvas, help, bar, status, progress, pause, files };
}
