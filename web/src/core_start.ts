// Starts the core: the build with threads if the page may use them, else the build with one thread.

import { assetUrl, type Asset } from './assets.js';
import { Core } from './core.js';
import type { CoreFunctions } from './core_functions.js';
import { checkEnvironment } from './environment.js';
import { PortraitDepthError } from './errors.js';
import { importScript, loadBytes } from './file_loading.js';
import { SharedLoad } from './shared_load.js';
import { threadCount } from './threads.js';
import type { RuntimeConfig } from './types.js';

const NAME = 'The core';
/** The first bytes of WebAssembly. */
const MAGIC_NUMBER = [0, 0x61, 0x73, 0x6d];

const shared = new SharedLoad<Core>();

/**
 * The only core of this thread. The first call loads it; after a failure the next call tries again. Throws
 * PortraitDepthError.
 */
export function loadCore(config: RuntimeConfig = {}): Promise<Core> {
  return shared.get(async (load) => {
    checkEnvironment();
    return startCore({ ...config, ...load });
  }, config);
}

async function startCore(config: RuntimeConfig): Promise<Core> {
  const threads = threadCount(config);
  if (threads > 1) {
    if (await blobWorkersAllowed()) return startThreaded(config, threads);
    console.warn(`${NAME} runs on one thread, because the page's Content-Security-Policy lacks \`worker-src blob:\`.`);
  }
  return startSingle(config);
}

/** Whether the page's Content-Security-Policy allows workers from blobs, which the threads are. */
async function blobWorkersAllowed(): Promise<boolean> {
  const script = URL.createObjectURL(new Blob(['postMessage(0)'], { type: 'text/javascript' }));
  let worker: Worker | undefined;
  try {
    worker = new Worker(script);
    return await new Promise<boolean>((resolve) => {
      worker!.onmessage = () => resolve(true);
      worker!.onerror = (event) => {
        event.preventDefault();
        resolve(false);
      };
    });
  } catch {
    return false;
  } finally {
    worker?.terminate();
    URL.revokeObjectURL(script);
  }
}

/** Checks the bytes, because some servers answer a missing file with a page and status 200. */
async function fetchCore(asset: Asset, config: RuntimeConfig): Promise<Uint8Array<ArrayBuffer>> {
  const url = assetUrl(asset, config);
  const bytes = await loadBytes({ url, name: NAME, asset }, config);
  if (WebAssembly.validate(bytes)) return bytes;
  if (MAGIC_NUMBER.every((byte, index) => bytes[index] === byte))
    throw new PortraitDepthError('unsupported', "This browser's WebAssembly has no SIMD; update the browser.");
  throw new PortraitDepthError('unreadable', `${NAME} at ${url} is not WebAssembly; check the URLs in the config.`);
}

async function startSingle(config: RuntimeConfig): Promise<Core> {
  let core: Core | undefined;
  const imports = {
    env: {
      pd_progress: (fraction: number) => core?.progress(fraction) ?? 1,
      emscripten_notify_memory_growth: () => undefined,
    },
    wasi_snapshot_preview1: {
      proc_exit: (code: number) => {
        throw new Error(`the core ended with code ${code}`);
      },
    },
  };
  const bytes = await fetchCore('portrait_depth_core.wasm', config);
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  const { memory, _initialize, ...functions } = instance.exports as unknown as CoreFunctions & {
    memory: WebAssembly.Memory;
    _initialize(): void;
  };
  core = new Core(functions, memory, 1);
  _initialize();
  return core;
}

/** The module of Emscripten's script: the core's functions, with an underscore before each name. */
type EmscriptenModule = Record<string, unknown> & { wasmMemory: WebAssembly.Memory };

/** The script that scripts/build.mjs makes: Emscripten's script, and the script of its workers as text. */
interface ThreadedScript {
  default(options: object): Promise<EmscriptenModule>;
  workerScript: string;
}

async function startThreaded(config: RuntimeConfig, threads: number): Promise<Core> {
  let core: Core | undefined;
  const script = assetUrl('portrait_depth_core_threads.mjs', config);
  const [bytes, { default: start, workerScript }] = await Promise.all([
    fetchCore('portrait_depth_core_threads.wasm', config),
    importScript<ThreadedScript>(script, NAME),
  ]);
  // A worker from a blob may run although the script comes from another origin.
  const worker = URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' }));
  const module = await start({
    wasmBinary: bytes,
    mainScriptUrlOrBlob: script,
    workers: threads - 1,
    locateFile: () => worker,
    progress: (fraction: number) => core?.progress(fraction) ?? 1,
  });
  URL.revokeObjectURL(worker);
  const functions = Object.entries(module)
    .filter(([name]) => name === '_malloc' || name === '_free' || name.startsWith('_pd_'))
    .map(([name, value]) => [name.slice(1), value]);
  core = new Core(Object.fromEntries(functions) as unknown as CoreFunctions, module.wasmMemory, threads);
  core.functions.pd_set_threads(threads);
  return core;
}
