// Files over the network, with errors that say what to do.

import { PortraitDepthError } from './errors.js';

/** Bytes of a file; `name` stands in the errors. */
export async function fetchBytes(url: string | URL, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new PortraitDepthError(
      'not_found',
      `${name} could not be loaded from ${url} (status ${response.status}); check the URLs in the config.`,
    );
  } catch (cause) {
    throw cause instanceof PortraitDepthError
      ? cause
      : new PortraitDepthError('not_found', `${name} could not be loaded from ${url}; is the network there?`, {
          cause,
        });
  }
}

/** A script as a module; `name` stands in the errors. */
export async function importScript<T>(url: string, name: string): Promise<T> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as T;
  } catch (cause) {
    throw new PortraitDepthError(
      'not_found',
      `${name} could not be loaded from ${url}; check the URLs in the config.`,
      { cause },
    );
  }
}
