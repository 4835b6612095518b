// Files over the network, with errors that say what to do.

import { PortraitDepthError } from './errors.js';

/** Bytes of a file; `name` stands in the errors. */
export async function fetchBytes(url: string | URL, name: string): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new PortraitDepthError('not_found', `${name} could not be loaded from ${url}; is the network there?`, {
      cause,
    });
  }
  if (!response.ok)
    throw new PortraitDepthError(
      'not_found',
      `${name} could not be loaded from ${url} (status ${response.status}); check the URLs in the config.`,
    );
  return new Uint8Array(await response.arrayBuffer());
}
