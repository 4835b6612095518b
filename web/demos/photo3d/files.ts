// The files to download: films, the scene, and the depth.

import type { CameraPathOptions, DepthMap, Photo3D } from 'portrait-depth';
import { download, element, showTrouble } from '../shared/page.js';

/** What a file is made of. */
export interface FileSource {
  photo: Photo3D;
  depth: DepthMap;
  path: CameraPathOptions;
}

interface MakeOptions extends CameraPathOptions {
  signal: AbortSignal;
  onProgress(fraction: number): void;
}

interface FileKind {
  name: string;
  /** In sentences. */
  title: string;
  make(source: FileSource, options: MakeOptions): Promise<Blob>;
}

const KINDS: Record<string, FileKind> = {
  gif: { name: 'portrait.gif', title: 'GIF', make: ({ photo }, options) => photo.toGIF(options) },
  webm: { name: 'portrait.webm', title: 'WebM', make: ({ photo }, options) => photo.toWebM(options) },
  glb: { name: 'portrait.glb', title: 'GLB', make: ({ photo }, options) => photo.toGLB(options) },
  png: { name: 'portrait-depth.png', title: 'depth PNG', make: ({ depth }) => depth.toBlob('image/png') },
};

export class Files {
  private readonly buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-format]')];
  private making: AbortController | undefined;

  /** `source` is the photo that is shown, if any. */
  constructor(private readonly source: () => FileSource | undefined) {
    for (const button of this.buttons) button.addEventListener('click', () => void this.make(button.dataset.format!));
    element('stop').addEventListener('click', () => this.stop());
  }

  stop(): void {
    this.making?.abort();
  }

  /** Files can be made while a photo is shown. */
  refresh(): void {
    const isReady = this.source() !== undefined;
    for (const button of this.buttons) button.disabled = !isReady;
    element('download-hint').textContent = isReady ? '' : 'Files can be made when the 3D photo is there.';
  }

  private async make(format: string): Promise<void> {
    const { name, title, make } = KINDS[format]!;
    const source = this.source()!;
    const controller = new AbortController();
    this.making = controller;
    const bar = element<HTMLProgressElement>('making-progress');
    bar.value = 0;
    element('making-label').textContent = `Making the ${title} …`;
    element('making').hidden = false;
    element('download-hint').textContent = '';
    for (const button of this.buttons) button.disabled = true;
    const onProgress = (fraction: number) => (bar.value = fraction);
    try {
      const file = await make(source, { ...source.path, signal: controller.signal, onProgress });
      download(file, name);
      element('download-hint').textContent = `${name}: ${(file.size / 1e6).toFixed(2)} MB`;
    } catch (error) {
      if (!controller.signal.aborted)
        showTrouble(error, [{ label: 'Try again', action: () => void this.make(format) }]);
      else if (this.source() !== undefined) element('download-hint').textContent = 'Stopped.';
    } finally {
      element('making').hidden = true;
      for (const button of this.buttons) button.disabled = this.source() === undefined;
    }
  }
}
