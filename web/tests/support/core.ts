// The core in Node: the build with one thread.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Core } from '../../src/core.js';
import type { CoreFunctions } from '../../src/core_functions.js';
import { project } from './server.js';

export async function coreInNode(): Promise<Core> {
  const imports = {
    env: { pd_progress: () => 1, emscripten_notify_memory_growth: () => undefined },
    wasi_snapshot_preview1: { proc_exit: () => undefined },
  };
  const bytes = readFileSync(join(project, 'build/wasm/portrait_depth_core.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  const { memory, _initialize, ...functions } = instance.exports as unknown as CoreFunctions & {
    memory: WebAssembly.Memory;
    _initialize(): void;
  };
  _initialize();
  return new Core(functions, memory, 1);
}
