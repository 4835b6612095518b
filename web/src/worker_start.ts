// Starts the worker of a client.

export interface WorkerClientOptions {
  /** Address of the package's `worker.js`; default: beside the script, or the place where a bundler puts it. */
  workerUrl?: string | URL;
}

/**
 * An address from which the browser accepts a worker: it rejects scripts of another origin, but accepts a blob that
 * imports such a script.
 */
function acceptedAddress(address: string | URL, { type }: WorkerOptions): string | URL {
  const absolute = new URL(address, globalThis.location.href);
  if (absolute.origin === globalThis.location.origin) return absolute;
  const quoted = JSON.stringify(absolute.href);
  const script = type === 'module' ? `import ${quoted};` : `importScripts(${quoted});`;
  return URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}

export function startWorker({ workerUrl }: WorkerClientOptions): Worker {
  const type = 'module';
  if (workerUrl !== undefined) return new Worker(acceptedAddress(workerUrl, { type }), { type });
  // Bundlers find and copy the worker by the very form of the expression below, in which they put an address of their own.
  // It may be on another origin, so for the moment of the call the global class accepts those too.
  const NativeWorker = globalThis.Worker;
  globalThis.Worker = class extends NativeWorker {
    constructor(address: string | URL, options: WorkerOptions = {}) {
      super(acceptedAddress(address, options), options);
    }
  };
  try {
    return new Worker(new URL(/* @vite-ignore */ './worker.js', import.meta.url), { type: 'module' });
  } finally {
    globalThis.Worker = NativeWorker;
  }
}
