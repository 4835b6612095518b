// Progress and cancellation of loading files.

/** Bytes of one file. */
export interface LoadProgress {
  /** Name of the file, for example `ar_portrait_depth.onnx`. */
  file: string;
  loaded: number;
  /** null if the server does not send the size of a file that is not the package's. */
  total: number | null;
}

export interface LoadOptions {
  /**
   * Receives the progress of each file, at least once; at its end `loaded` is `total`. The browser reports an error that
   * is thrown here like one of an event listener; the load goes on.
   */
  onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
  /** When it aborts, the call rejects with a PortraitDepthError of code `stopped` and its downloads end. */
  signal?: AbortSignal | undefined;
}

/** @internal */
export function notify(listener: LoadOptions['onLoadProgress'], progress: LoadProgress): void {
  try {
    listener?.(progress);
  } catch (error) {
    reportError(error);
  }
}
