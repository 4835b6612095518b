// The notice over a page's picture while work is under way: its step, the files that load, and a button that ends it.

import { element } from './page.js';

/** `cancel` ends the work; the page decides what it shows then. */
export function showBusy(step: string, cancel: () => void): void {
  element('busy').hidden = false;
  element('busy-step').textContent = step;
  element('cancel').onclick = cancel;
}

export function hideBusy(): void {
  element('busy').hidden = true;
}

/** What is loaded, in bytes. */
export interface Downloads {
  names: readonly string[];
  loaded: number;
  total: number;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** null: nothing loads. */
export function showDownloads(downloads: Downloads | null): void {
  element('loading').hidden = downloads === null;
  if (downloads === null) return;
  const { names, loaded, total } = downloads;
  element<HTMLProgressElement>('loading-progress').value = loaded / total;
  element('loading-detail').textContent = `${names.join(', ')}: ${megabytes(loaded)} of ${megabytes(total)} MB`;
}
