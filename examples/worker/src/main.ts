// From a chosen photo to a GIF. All work runs in a worker, so that the page stays responsive and can cancel it.

import { createWorkerClient } from 'portrait-depth';

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const input = element<HTMLInputElement>('file');
const cancel = element<HTMLButtonElement>('cancel');
const progress = element<HTMLProgressElement>('progress');
const status = element('status');
const film = element<HTMLImageElement>('film');

const client = createWorkerClient();
void client.preload().catch(() => undefined); // makePhoto3D reports a missing file

async function makeFilm(file: File, signal: AbortSignal): Promise<Blob> {
  const onProgress = (fraction: number) => (progress.value = fraction);
  status.textContent = 'Making the 3D photo …';
  const photo = await client.makePhoto3D(file, { signal, onProgress });
  try {
    status.textContent = 'Writing the film …';
    return await photo.gif({ preset: 'orbit', height: 320, signal, onProgress });
  } finally {
    photo.dispose();
  }
}

input.addEventListener('change', async () => {
  const [file] = input.files ?? [];
  if (file === undefined) return;
  const controller = new AbortController();
  cancel.onclick = () => controller.abort();
  input.disabled = true;
  cancel.disabled = false;
  try {
    const blob = await makeFilm(file, controller.signal);
    URL.revokeObjectURL(film.src);
    film.src = URL.createObjectURL(blob);
    film.alt = `${file.name} as a moving 3D photo`;
    film.hidden = false;
    status.textContent = `${(blob.size / 1e6).toFixed(2)} MB`;
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    input.disabled = false;
    cancel.disabled = true;
  }
});
