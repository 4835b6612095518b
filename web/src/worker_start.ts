// Starts the worker of a client.

export interface WorkerClientOptions {
  /** Address of the package's `worker.js`; default: beside the script. */
  workerUrl?: string | URL;
}

/** Browsers reject a worker script of another origin, but a worker from a blob may import that script. */
function startFrom(url: string | URL): Worker {
  const absolute = new URL(url, globalThis.location?.href);
  if (absolute.origin === globalThis.location?.origin) return new Worker(absolute, { type: 'module' });
  const script = new Blob([`import ${JSON.stringify(absolute.href)};`], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(script), { type: 'module' });
}

export function startWorker({ workerUrl }: WorkerClientOptions): Worker {
  if (workerUrl !== undefined) return startFrom(workerUrl);
  if (new URL(import.meta.url).origin !== globalThis.location?.origin)
    return startFrom(new URL(/* @vite-ignore */ './worker.js', import.meta.url));
  // Bundlers find and copy the worker by this very form.
  return new Worker(new URL(/* @vite-ignore */ './worker.js', import.meta.url), { type: 'module' });
}
