// The C++ core as WebAssembly: loading, memory, errors. What its functions mean stands in
// bindings/wasm/portrait_depth_core.hpp.

import { assetUrl } from './assets.js';
import { PortraitDepthError, type ErrorCode } from './errors.js';
import { fetchBytes } from './fetch_bytes.js';
import type { RuntimeConfig } from './types.js';

/** An address in the core's memory. */
export type Pointer = number;

export interface CoreFunctions {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): Pointer;
  free(address: Pointer): void;

  pd_error_code(): number;
  pd_error_message(): Pointer;

  pd_estimation_create(): Pointer;
  pd_estimation_destroy(estimation: Pointer): void;
  pd_estimation_image(estimation: Pointer, width: number, height: number): Pointer;
  pd_estimation_landscape(estimation: Pointer): number;
  pd_estimation_segmentation_input(estimation: Pointer, landscape: number): Pointer;
  pd_estimation_set_coarse_mask(estimation: Pointer, mask: Pointer, width: number, height: number): number;
  pd_estimation_set_whole_picture(estimation: Pointer): number;
  pd_estimation_segmentation_numbers(estimation: Pointer): Pointer;
  pd_estimation_segmentation_mask(estimation: Pointer): Pointer;
  pd_estimation_depth_input(estimation: Pointer): Pointer;
  pd_estimation_finish(
    estimation: Pointer,
    relief: Pointer,
    cropWidthMetres: number,
    minDepth: number,
    maxDepth: number,
    flipHorizontal: number,
    fx: number,
    fy: number,
    cx: number,
    cy: number,
    headDistanceMetres: number,
  ): number;
  pd_estimation_values(estimation: Pointer): Pointer;
  pd_estimation_metres(estimation: Pointer): Pointer;
  pd_estimation_mask(estimation: Pointer): Pointer;
  pd_estimation_numbers(estimation: Pointer): Pointer;

  pd_normals(
    metres: Pointer,
    mask: Pointer,
    width: number,
    height: number,
    fx: number,
    fy: number,
    cx: number,
    cy: number,
  ): Pointer;

  pd_photo3d_build(
    rgba: Pointer,
    metres: Pointer,
    mask: Pointer,
    width: number,
    height: number,
    fx: number,
    fy: number,
    cx: number,
    cy: number,
    headDistanceMetres: number,
    backgroundKind: number,
    backgroundColor: number,
    picture: Pointer,
    pictureWidth: number,
    pictureHeight: number,
    strength: number,
    edgeSlope: number,
    maxTextureSize: number,
  ): Pointer;
  pd_photo3d_destroy(photo: Pointer): void;
  pd_photo3d_mesh(photo: Pointer, background: number): Pointer;
  pd_photo3d_texture(photo: Pointer, background: number): Pointer;
  pd_photo3d_path(photo: Pointer, preset: Pointer, strength: number, seconds: number, framesPerSecond: number): number;
  pd_photo3d_poses(photo: Pointer): Pointer;
  pd_photo3d_render(photo: Pointer, pose: Pointer, width: number, height: number): Pointer;
  pd_preset_count(): number;
  pd_preset_name(index: number): Pointer;
  pd_preset_description(index: number): Pointer;

  pd_glb_texture(photo: Pointer, part: number): Pointer;
  pd_glb_encode(
    photo: Pointer,
    person: Pointer,
    personSize: number,
    rim: Pointer,
    rimSize: number,
    background: Pointer,
    backgroundSize: number,
    framesPerSecond: number,
  ): number;
  pd_glb_bytes(photo: Pointer): Pointer;

  pd_gif_create(width: number, height: number, framesPerSecond: number, loops: number): Pointer;
  pd_gif_destroy(gif: Pointer): void;
  pd_gif_study(gif: Pointer, rgba: Pointer): number;
  pd_gif_write(gif: Pointer, rgba: Pointer): number;
  pd_gif_finish(gif: Pointer): number;
  pd_gif_bytes(gif: Pointer): Pointer;
}

/** In the order of ErrorCode in include/portrait_depth/error.hpp. */
const ERROR_CODES: readonly ErrorCode[] = [
  'invalid_argument',
  'not_found',
  'unreadable',
  'unwritable',
  'unsupported',
  'too_large',
  'no_person',
  'stopped',
];

/** Called by long work with 0..1; returns false to stop it. */
export type ProgressListener = (fraction: number) => boolean;

export class Core {
  private listener: ProgressListener | undefined;
  private constructor(readonly functions: CoreFunctions) {}

  static async start(bytes: BufferSource): Promise<Core> {
    let core: Core | undefined;
    const imports = {
      portrait_depth: { progress: (fraction: number) => (core?.listener?.(fraction) === false ? 0 : 1) },
      env: { emscripten_notify_memory_growth: () => undefined },
      wasi_snapshot_preview1: {
        proc_exit: (code: number) => {
          throw new Error(`the core ended with code ${code}`);
        },
      },
    };
    const { instance } = await WebAssembly.instantiate(bytes, imports);
    core = new Core(instance.exports as unknown as CoreFunctions);
    core.functions._initialize();
    return core;
  }

  /** Views are valid until the core allocates next: use them at once or copy. */
  floats(address: Pointer, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.functions.memory.buffer as ArrayBuffer, address, count);
  }
  words(address: Pointer, count: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.functions.memory.buffer as ArrayBuffer, address, count);
  }
  bytes(address: Pointer, count: number): Uint8ClampedArray<ArrayBuffer> {
    return new Uint8ClampedArray(this.functions.memory.buffer as ArrayBuffer, address, count);
  }
  text(address: Pointer): string {
    const memory = new Uint8Array(this.functions.memory.buffer);
    return new TextDecoder().decode(memory.slice(address, memory.indexOf(0, address)));
  }

  /** Runs `work` with copies of the arrays in the core's memory. */
  lend<T>(arrays: readonly (Float32Array | Uint8Array | Uint8ClampedArray)[], work: (...addresses: Pointer[]) => T): T {
    const addresses: Pointer[] = [];
    try {
      for (const array of arrays) addresses.push(this.check(this.functions.malloc(Math.max(1, array.byteLength))));
      arrays.forEach((array, index) => {
        const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
        this.bytes(addresses[index]!, array.byteLength).set(bytes);
      });
      return work(...addresses);
    } finally {
      addresses.forEach((address) => this.functions.free(address));
    }
  }

  /** The core's functions return 0 (a null pointer, false) when they fail. */
  check(result: number): number {
    if (result !== 0) return result;
    const code = ERROR_CODES[this.functions.pd_error_code()];
    if (code === undefined) throw new PortraitDepthError('too_large', 'There is not enough memory for this picture.');
    throw new PortraitDepthError(code, this.text(this.functions.pd_error_message()));
  }

  /** Runs long work that reports to the listener. */
  listening<T>(listener: ProgressListener | undefined, work: () => T): T {
    this.listener = listener;
    try {
      return work();
    } finally {
      this.listener = undefined;
    }
  }
}

/** Frees what an object held in the core when the caller forgot to dispose of it. */
export const abandoned = new FinalizationRegistry<() => void>((free) => free());

let shared: Promise<Core> | undefined;

/** The thread's one core; loaded at the first call. A failed load is tried again at the next call. */
export function loadCore(config: RuntimeConfig = {}): Promise<Core> {
  if (shared === undefined) {
    const url = assetUrl('portrait_depth_core.wasm', config);
    shared = fetchCore(url);
    shared.catch(() => (shared = undefined));
  }
  return shared;
}

async function fetchCore(url: string): Promise<Core> {
  return Core.start(await fetchBytes(url, 'The core'));
}
