import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { DepthPhotoElement } from 'portrait-depth/depth-photo';
import 'portrait-depth/depth-photo';

export interface DepthPhotoProps {
  src: string;
  alt: string;
  preset?: string;
  controls?: boolean;
  downloads?: boolean;
  onReady?: () => void;
  onFailure?: (error: Error) => void;
}

// React sets attributes, properties and listeners of custom elements as of its own; `onready` listens to `ready`.
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'depth-photo': DetailedHTMLProps<HTMLAttributes<DepthPhotoElement>, DepthPhotoElement> &
        Pick<DepthPhotoProps, 'src' | 'alt' | 'preset' | 'controls' | 'downloads'> & {
          onready?: (() => void) | undefined;
          onerror?: ((event: ErrorEvent) => void) | undefined;
        };
    }
  }
}

export function DepthPhoto({ onReady, onFailure, ...attributes }: DepthPhotoProps) {
  return (
    <depth-photo {...attributes} onready={onReady} onerror={({ error }: ErrorEvent) => onFailure?.(error as Error)} />
  );
}
