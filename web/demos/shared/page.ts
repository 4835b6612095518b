// The parts of all pages: head, foot, theme, and a place for errors.

import './style.css';
import './stage.css';
import './panel.css';
import './overview.css';

const PAGES = [
  { href: '../photo3d/', name: '3D photo' },
  { href: '../depth/', name: 'Depth map' },
  { href: '../relight/', name: 'Relighting' },
] as const;

const MARK = `<svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2">
  <circle cx="16" cy="12" r="5.5" fill="currentColor" stroke="none"/>
  <path d="M6 27c1-6 5-8.5 10-8.5S25 21 26 27" stroke-linecap="round"/>
  <path d="M3 21c1-3 2.4-4.8 4.4-6.2M29 21c-1-3-2.4-4.8-4.4-6.2" stroke-linecap="round" opacity=".55"/></svg>`;
const SUN = `<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round">
  <circle cx="12" cy="12" r="4.2"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"/></svg>`;

export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** The result of `work`; undefined if the browser forbids storage to the page and throws. */
function unlessForbidden<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Whether pages may move on their own. Motion makes some people sick; their system's settings turn it off. */
export const mayMove = () => !matchMedia('(prefers-reduced-motion: reduce)').matches;

function currentTheme(): 'light' | 'dark' {
  const chosen = unlessForbidden(() => localStorage.getItem('theme'));
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function applyTheme(theme: 'light' | 'dark'): void {
  document.documentElement.dataset.theme = theme;
}

function themeButton(): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'plain icon';
  button.innerHTML = SUN;
  button.setAttribute('aria-label', 'Switch between light and dark');
  button.addEventListener('click', () => {
    const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    unlessForbidden(() => localStorage.setItem('theme', theme));
    applyTheme(theme);
  });
  return button;
}

let control: Promise<void> = Promise.resolve();

/**
 * Resolves when the pages' service worker answers the page's requests, or when there is none. Files that are loaded before
 * are not kept for use without a network.
 */
export const controlled = (): Promise<void> => control;

async function registerServiceWorker(script: string): Promise<void> {
  const { serviceWorker } = navigator;
  try {
    await serviceWorker.register(script);
  } catch {
    return; // the pages work without it
  }
  if (serviceWorker.controller !== null) return;
  await new Promise<void>((resolve) => {
    serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
    setTimeout(resolve, 5000); // a slow line
  });
}

/** Puts head and foot around the page's <main>. `root` leads to the overview. */
export function mountPage(root: '.' | '..'): void {
  applyTheme(currentTheme());
  const head = document.createElement('header');
  head.className = 'head';
  const here = location.pathname.replace(/index\.html$/, '');
  const links = PAGES.map(({ href, name }) => {
    const address = href.replace('..', root);
    const current = here === new URL(address, location.href).pathname ? ' aria-current="page"' : '';
    return `<a href="${address}"${current}>${name}</a>`;
  });
  head.innerHTML = `<a class="brand" href="${root}/">${MARK}Portrait Depth</a><nav aria-label="Demos">${links.join('')}</nav>`;
  head.append(themeButton());
  const skip = document.createElement('a');
  skip.className = 'skip';
  skip.href = '#main';
  skip.textContent = 'Skip to the content';
  document.body.prepend(skip, head);
  const foot = document.createElement('footer');
  foot.className = 'foot';
  foot.textContent = 'Everything happens in this browser. No picture leaves your device.';
  document.body.append(foot);
  if ('serviceWorker' in navigator && import.meta.env.PROD) control = registerServiceWorker(`${root}/offline.js`);
}

/** A next action after an error. */
export interface WayOn {
  label: string;
  action: () => void;
}

/** Shows the error above the page's content, with buttons for the next actions. */
export function showTrouble(
  error: unknown,
  waysOn: readonly WayOn[] = [{ label: 'Close', action: () => undefined }],
): void {
  clearTrouble();
  const box = document.createElement('div');
  box.className = 'trouble';
  box.id = 'trouble';
  box.setAttribute('role', 'alert');
  const text = document.createElement('p');
  text.textContent = error instanceof Error ? error.message : String(error);
  box.append(text);
  for (const { label, action } of waysOn) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () => {
      clearTrouble();
      action();
    });
    box.append(button);
  }
  element('main').prepend(box);
  box.scrollIntoView({ block: 'nearest' });
}

export function clearTrouble(): void {
  document.getElementById('trouble')?.remove();
}

/** Saves bytes under a name, as a download. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A slider with its value beside it. Returns a function for the current value. */
export function slider(id: string, format: (value: number) => string, changed: (value: number) => void): () => number {
  const input = element<HTMLInputElement>(id);
  const output = element<HTMLOutputElement>(`${id}-value`);
  const show = () => (output.value = format(input.valueAsNumber));
  input.addEventListener('input', () => {
    show();
    changed(input.valueAsNumber);
  });
  show();
  return () => input.valueAsNumber;
}

/** Radio buttons of one name. Returns a function for the chosen value. */
export function choice(name: string, changed: (value: string) => void): () => string {
  const inputs = [...document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)];
  for (const input of inputs) input.addEventListener('change', () => changed(input.value));
  return () => inputs.find((input) => input.checked)!.value;
}

/** A function that calls `work` when no other call follows within the given time. */
export function settled<Arguments extends unknown[]>(milliseconds: number, work: (...values: Arguments) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...values: Arguments) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), milliseconds);
  };
}
