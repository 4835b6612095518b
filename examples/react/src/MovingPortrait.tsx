import { useEffect, useState } from 'react';
import { makePhoto3D } from 'portrait-depth';

export interface MovingPortraitProps {
  /** Address of a photo of a person, from the page's origin or served with CORS headers. */
  src: string;
  alt: string;
  /** One of `cameraPresets()`. */
  preset?: string;
  /** Height of the film in pixels. */
  height?: number;
}

async function makeFilm(src: string, preset: string, height: number, signal: AbortSignal): Promise<Blob> {
  const photo = await makePhoto3D(src, { signal });
  try {
    return await photo.gif({ preset, height, signal });
  } finally {
    photo.dispose();
  }
}

/** Shows the photo at once, and its moving 3D photo when that is ready. */
export function MovingPortrait({ src, alt, preset = 'orbit', height = 240 }: MovingPortraitProps) {
  const [film, setFilm] = useState<string>();
  const [message, setMessage] = useState<string>();

  useEffect(() => {
    const controller = new AbortController();
    let url: string | undefined;
    setFilm(undefined);
    setMessage(undefined);
    makeFilm(src, preset, height, controller.signal).then(
      (blob) => {
        if (controller.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setFilm(url);
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setMessage(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      controller.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [src, preset, height]);

  return (
    <figure aria-busy={film === undefined && message === undefined}>
      <img src={film ?? src} alt={alt} height={height} />
      {message !== undefined && <figcaption role="alert">{message}</figcaption>}
    </figure>
  );
}
