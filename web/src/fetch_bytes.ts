// Loads files over the network; errors name the file, the reason and the action.

import { PortraitDepthError } from './errors.js';

/** The bytes of a file; errors contain `name`. */
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
      : new PortraitDepthError('not_found', `${name} could not be loaded from ${url}; check the network connection.`, {
          cause,
        });
  }
}

/** Imports a script as a module; errors contain `name`. */
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
