// Sample portraits for the pages; vite.config.ts collects them.

import { element } from './page.js';

interface Sample {
  file: string;
  title: string;
}

/** Fills #samples with buttons; without samples, #samples-title stays hidden. */
export async function offerSamples(chosen: (url: string) => void): Promise<void> {
  const response = await fetch('../samples/samples.json').catch(() => undefined);
  if (!response?.ok) return;
  const samples = (await response.json()) as Sample[];
  for (const { file, title } of samples) {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-label', title);
    button.title = title;
    const image = document.createElement('img');
    image.src = `../samples/${file}`;
    image.alt = '';
    button.append(image);
    button.addEventListener('click', () => chosen(image.src));
    element('samples').append(button);
  }
  element('samples-title').hidden = samples.length === 0;
}
