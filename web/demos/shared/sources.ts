// Pictures from files, the clipboard, a drop, and the camera.

import type { PhotoFile } from './kept_photo.js';

/** An error of the visitor's input; its message gives the reason and the action. */
export class SourceError extends Error {}

/** Longest side of the pages' pictures, pixels: sharp on a screen, and fast. */
const LONGEST_SIDE = 1280;

/** The picture in the file, upright, its longest side at most LONGEST_SIDE. */
export async function pictureFrom({ file, name }: PhotoFile): Promise<HTMLCanvasElement> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new SourceError(`${name} is not a picture that this browser can read. Try a JPEG, PNG or WebP file.`);
  }
  const canvas = drawn(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return canvas;
}

function drawn(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Opens the file dialog; null if it is closed without a choice. */
export function pickFile(accept: string): Promise<PhotoFile | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve) => {
    const chosen = () => input.files?.[0];
    input.addEventListener('change', () => resolve(photoFile(chosen())));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}

const photoFile = (file: File | undefined): PhotoFile | null => (file === undefined ? null : { file, name: file.name });

/** Files that are dropped or pasted anywhere on the page; `stage` shows that the page takes a dragged file. */
export function acceptFiles(stage: HTMLElement, accepted: (file: PhotoFile) => void): void {
  const accept = (files: FileList | undefined) => {
    const file = photoFile(files?.[0]);
    if (file !== null) accepted(file);
  };
  const showDropping = (event: DragEvent, isOver: boolean) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault(); // or the browser leaves the page and opens the file
    stage.classList.toggle('dropping', isOver);
  };
  document.addEventListener('dragover', (event) => showDropping(event, true));
  document.addEventListener('dragleave', (event) => showDropping(event, event.relatedTarget !== null));
  document.addEventListener('drop', (event) => {
    showDropping(event, false);
    accept(event.dataTransfer?.files);
  });
  document.addEventListener('paste', (event) => accept(event.clipboardData?.files));
}

const CAMERA_TROUBLE: Record<string, string> = {
  NotAllowedError: 'The browser forbids this page to use the camera. Allow it in the address bar, or choose a file.',
  NotFoundError: 'There is no camera on this device. Choose a file instead.',
  NotReadableError: 'The camera is in use by another program. Close that, or choose a file.',
};

export async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices)
    throw new SourceError('The camera needs a page that is served by HTTPS. Choose a file instead.');
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    throw new SourceError(CAMERA_TROUBLE[name] ?? 'The camera could not be opened. Choose a file instead.');
  }
}

export function closeCamera(stream: MediaStream | undefined): void {
  stream?.getTracks().forEach((track) => track.stop());
}

/** Plays the camera or a film in a muted video; rejects with a SourceError if the browser cannot play the file. */
export async function playVideo(video: HTMLVideoElement, source: MediaStream | PhotoFile): Promise<void> {
  URL.revokeObjectURL(video.src);
  video.muted = true;
  video.playsInline = true;
  video.loop = true;
  if (source instanceof MediaStream) {
    video.removeAttribute('src');
    video.srcObject = source;
  } else {
    video.srcObject = null;
    video.src = URL.createObjectURL(source.file);
  }
  try {
    await video.play();
  } catch {
    const name = source instanceof MediaStream ? 'The camera' : source.name;
    throw new SourceError(`${name} is not a film that this browser can play. Try an MP4 or WebM file.`);
  }
}

/** The current frame of the video. */
export function pictureFromVideo(video: HTMLVideoElement, mirrored = false): HTMLCanvasElement {
  const canvas = drawn(video, video.videoWidth, video.videoHeight);
  if (!mirrored) return canvas;
  const context = canvas.getContext('2d')!;
  context.save();
  context.scale(-1, 1);
  context.drawImage(video, -canvas.width, 0, canvas.width, canvas.height);
  context.restore();
  return canvas;
}

async function asFile(picture: HTMLCanvasElement): Promise<PhotoFile> {
  const file = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (file === null) throw new SourceError('The browser could not store the photo. Close other pages, and try again.');
  return { file, name: 'The photo' };
}

/** Shows the camera in a dialog and takes one picture; null if the dialog is closed. */
export async function takePhoto(): Promise<PhotoFile | null> {
  const stream = await openCamera();
  const dialog = document.createElement('dialog');
  dialog.className = 'camera';
  dialog.setAttribute('aria-label', 'Take a photo');
  dialog.innerHTML = `<video aria-label="Camera"></video>
    <div class="row center"><button type="button" class="main" value="take">Take the photo</button>
    <button type="button" value="close">Cancel</button></div>`;
  document.body.append(dialog);
  const video = dialog.querySelector('video')!;
  try {
    await playVideo(video, stream);
    dialog.showModal();
    const picture = await new Promise<HTMLCanvasElement | null>((resolve) => {
      dialog.querySelector('[value=take]')!.addEventListener('click', () => resolve(pictureFromVideo(video, true)));
      dialog.querySelector('[value=close]')!.addEventListener('click', () => resolve(null));
      dialog.addEventListener('cancel', () => resolve(null));
    });
    return picture && (await asFile(picture));
  } finally {
    closeCamera(stream);
    dialog.remove();
  }
}
