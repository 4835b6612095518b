// Pictures from files, the clipboard, a drop, and the camera.

/** An error of the visitor's input; its message gives the reason and the action. */
export class SourceError extends Error {}

/** Longest side of the pages' pictures, pixels: sharp on a screen, and fast. */
const LONGEST_SIDE = 1280;

/** The picture in the file, upright, its longest side at most LONGEST_SIDE. */
export async function pictureFromBlob(blob: Blob, name = 'This file'): Promise<HTMLCanvasElement> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' });
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

export async function pictureFromUrl(url: string): Promise<HTMLCanvasElement> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new SourceError('This sample could not be loaded. Choose a photo of your own.');
  return pictureFromBlob(await response.blob(), 'The sample');
}

/** Opens the file dialog; null if it is closed without a choice. */
export function pickFile(accept: string): Promise<File | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}

/** Files that are dropped on `target`, or pasted anywhere on the page. */
export function acceptFiles(target: HTMLElement, accepted: (file: File) => void): void {
  const stop = (event: DragEvent) => {
    event.preventDefault();
    target.classList.toggle('dropping', event.type === 'dragover');
  };
  target.addEventListener('dragover', stop);
  target.addEventListener('dragleave', stop);
  target.addEventListener('drop', (event) => {
    stop(event);
    const file = event.dataTransfer?.files[0];
    if (file) accepted(file);
  });
  document.addEventListener('paste', (event) => {
    const file = event.clipboardData?.files[0];
    if (file) accepted(file);
  });
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

/** Plays the camera or a file in a muted video. Rejects with a SourceError if the file is not a film. */
export async function playVideo(video: HTMLVideoElement, source: MediaStream | File): Promise<void> {
  URL.revokeObjectURL(video.src);
  video.muted = true;
  video.playsInline = true;
  video.loop = true;
  if (source instanceof MediaStream) {
    video.removeAttribute('src');
    video.srcObject = source;
  } else {
    video.srcObject = null;
    video.src = URL.createObjectURL(source);
  }
  try {
    await video.play();
  } catch {
    const name = source instanceof File ? source.name : 'The camera';
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

/** Shows the camera in a dialog and takes one picture; null if the dialog is closed. */
export async function takePhoto(): Promise<HTMLCanvasElement | null> {
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
    return await new Promise((resolve) => {
      dialog.querySelector('[value=take]')!.addEventListener('click', () => resolve(pictureFromVideo(video, true)));
      dialog.querySelector('[value=close]')!.addEventListener('click', () => resolve(null));
      dialog.addEventListener('cancel', () => resolve(null));
    });
  } finally {
    closeCamera(stream);
    dialog.remove();
  }
}
