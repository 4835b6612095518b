// Portraits and films to try the pages with; vite.config.ts gathers them.

import type { PhotoFile } from './kept_photo.js';
import { element } from './page.js';
import { SourceError } from './sources.js';

interface Sample {
  file: string;
  title: string;
  kind: 'photo' | 'film';
  /** A small picture of it. */
  thumbnail: string;
}

const addressOf = (file: string) => `../samples/${file}`;

async function load({ file, title }: Sample): Promise<PhotoFile> {
  const response = await fetch(addressOf(file)).catch(() => undefined);
  if (!response?.ok)
    throw new SourceError(
      'The sample could not be loaded. Check the network connection, or choose a file of your own.',
    );
  return { file: await response.blob(), name: title };
}

function buttonFor(sample: Sample, chosen: (load: () => Promise<PhotoFile>) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-label', sample.title);
  button.title = sample.title;
  button.classList.toggle('film', sample.kind === 'film');
  const image = document.createElement('img');
  image.src = addressOf(sample.thumbnail);
  image.alt = '';
  button.append(image);
  button.addEventListener('click', () => chosen(() => load(sample)));
  return button;
}

/** Fills #samples with buttons for samples of those kinds; without samples, #samples-title stays hidden. */
export async function offerSamples(
  kinds: readonly Sample['kind'][],
  chosen: (load: () => Promise<PhotoFile>) => void,
): Promise<void> {
  const response = await fetch(addressOf('samples.json')).catch(() => undefined);
  if (!response?.ok) return;
  const samples = ((await response.json()) as Sample[]).filter(({ kind }) => kinds.includes(kind));
  element('samples').append(...samples.map((sample) => buttonFor(sample, chosen)));
  element('samples-title').hidden = samples.length === 0;
}
