// The surroundings that the package needs: a browser's page or worker, and WebAssembly.

import { PortraitDepthError } from './errors.js';

/** The shortest module: the magic number and the version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

const unsupported = (message: string, cause?: unknown) => new PortraitDepthError('unsupported', message, { cause });

/** Throws a PortraitDepthError of code `unsupported` with the way out. */
export function checkEnvironment(): void {
  const isBrowser = typeof document !== 'undefined' || 'WorkerGlobalScope' in globalThis;
  if (!isBrowser)
    throw unsupported(
      'portrait-depth runs in browsers only; call it on the client, or use the command or the Python module on a server.',
    );
  if (typeof WebAssembly === 'undefined')
    throw unsupported('This browser has no WebAssembly; use another browser, or end its lockdown mode for this site.');
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch (cause) {
    throw unsupported(
      "The page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src.",
      cause,
    );
  }
}
