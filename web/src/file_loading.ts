// Loads files over the network; errors name the file, the reason and the action.

import { checkNotAborted } from './abort.js';
import { factsOf } from './asset_facts.js';
import type { Asset } from './asset_names.js';
import { PortraitDepthError } from './errors.js';
import { notify, type LoadOptions } from './load_options.js';
import { stoppedError } from './long_work.js';
import { keepNetwork, keptNetwork } from './network_cache.js';

export interface LoadedFile {
  url: string | URL;
  /** For errors: `The depth network`. */
  name: string;
  /** Set for the package's own files. */
  asset?: Asset;
  /** The action for a missing file; default: to check the config. */
  advice?: string;
}

const isOtherOrigin = (url: string | URL) =>
  new URL(url, globalThis.location?.href).origin !== globalThis.location?.origin;

/** The permission that the server of another origin must give. */
const permissionOf = (url: string | URL) =>
  isOtherOrigin(url) ? ', and that the server of the other origin sends Access-Control-Allow-Origin' : '';

/** The browser hides the reason from scripts. */
function unreachable({ url, name }: LoadedFile, cause: unknown): PortraitDepthError {
  return new PortraitDepthError(
    'not_found',
    `${name} could not be loaded from ${url}; check the network connection${permissionOf(url)}.`,
    { cause },
  );
}

/** The bytes of a file. Rejects with a PortraitDepthError. */
export async function loadBytes(file: LoadedFile, options: LoadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { url, name, asset } = file;
  const fileName = asset ?? new URL(url, globalThis.location?.href).pathname.split('/').at(-1)!;
  const report = (loaded: number, total: number | null) =>
    notify(options.onLoadProgress, { file: fileName, loaded, total });
  checkNotAborted(options.signal);
  const kept = asset === undefined ? undefined : await keptNetwork(asset);
  if (kept !== undefined) {
    report(kept.length, kept.length);
    return kept;
  }
  const response = await fetch(url, { signal: options.signal ?? null }).catch((cause: unknown) => {
    throw options.signal?.aborted === true ? stoppedError() : unreachable(file, cause);
  });
  if (!response.ok)
    throw new PortraitDepthError(
      'not_found',
      `${name} could not be loaded from ${url} (status ${response.status}); ${file.advice ?? 'check the URLs in the config'}.`,
    );
  const total = (asset && factsOf(asset)?.bytes) ?? sizeOf(response);
  const bytes = await readBody(response, (loaded) => report(loaded, total)).catch((cause: unknown) => {
    throw options.signal?.aborted === true ? stoppedError() : unreachable(file, cause);
  });
  report(bytes.length, bytes.length);
  if (asset !== undefined) void keepNetwork(asset, bytes);
  return bytes;
}

/** The size that the server sends, unless it compresses: then it is not the file's size. */
function sizeOf({ headers }: Response): number | null {
  const length = headers.get('Content-Length');
  return length === null || headers.has('Content-Encoding') ? null : Number(length);
}

async function readBody({ body }: Response, report: (loaded: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    parts.push(value);
    loaded += value.length;
    report(loaded);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Imports a script as a module; errors contain `name`. */
export async function importScript<T>(url: string, name: string): Promise<T> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as T;
  } catch (cause) {
    throw new PortraitDepthError(
      'not_found',
      `${name} could not be loaded from ${url}; check the URLs in the config${permissionOf(url)}.`,
      { cause },
    );
  }
}
