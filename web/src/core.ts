// The C++ core as WebAssembly: its memory, its errors.

import type { CoreFunctions, Pointer } from './core_functions.js';
import { PortraitDepthError, type ErrorCode } from './errors.js';

export type { Pointer } from './core_functions.js';

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

const outOfMemory = () =>
  new PortraitDepthError('too_large', 'There is not enough memory for this picture; give a smaller one.');

/** Called by long work with 0..1; returns false to stop it. */
export type ProgressListener = (fraction: number) => boolean;

export class Core {
  private listener: ProgressListener | undefined;

  constructor(
    readonly functions: CoreFunctions,
    private readonly memory: WebAssembly.Memory,
    /** How many share the work on 3D photos. */
    readonly threads: number,
  ) {}

  /** Views are valid until the core allocates next: use them at once or copy. */
  floats(address: Pointer, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }
  words(address: Pointer, count: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, count);
  }
  bytes(address: Pointer, count: number): Uint8ClampedArray {
    return new Uint8ClampedArray(this.memory.buffer, address, count);
  }
  text(address: Pointer): string {
    const memory = new Uint8Array(this.memory.buffer);
    return new TextDecoder().decode(memory.slice(address, memory.indexOf(0, address)));
  }

  /** Runs `work` with copies of the arrays in the core's memory. */
  lend<T>(arrays: readonly (Float32Array | Uint8Array | Uint8ClampedArray)[], work: (...addresses: Pointer[]) => T): T {
    const addresses: Pointer[] = [];
    try {
      for (const array of arrays) addresses.push(this.allocate(array.byteLength));
      arrays.forEach((array, index) => {
        const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
        this.bytes(addresses[index]!, array.byteLength).set(bytes);
      });
      return work(...addresses);
    } finally {
      addresses.forEach((address) => this.functions.free(address));
    }
  }

  /** Runs `work` with the text, as C has it, in the core's memory. */
  lendText<T>(text: string, work: (address: Pointer) => T): T {
    return this.lend([new TextEncoder().encode(`${text}\0`)], (address) => work(address!));
  }

  private allocate(bytes: number): Pointer {
    const address = this.functions.malloc(Math.max(1, bytes));
    if (address === 0) throw outOfMemory();
    return address;
  }

  /** The core's functions return 0 (a null pointer, false) when they fail. */
  check(result: number): number {
    if (result !== 0) return result;
    const code = ERROR_CODES[this.functions.pd_error_code()];
    if (code === undefined) throw outOfMemory();
    throw new PortraitDepthError(code, this.text(this.functions.pd_error_message()));
  }

  /** What the core calls during long work; 0 stops it. */
  readonly progress = (fraction: number): number => (this.listener?.(fraction) === false ? 0 : 1);

  /** Runs long work that reports to the listener; what the listener throws stops the work and is thrown here. */
  listening<T>(listener: ProgressListener, work: () => T): T {
    const thrown: unknown[] = [];
    this.listener = (fraction) => {
      try {
        return listener(fraction);
      } catch (error) {
        thrown.push(error); // nothing may be thrown through the core
        return false;
      }
    };
    try {
      return work();
    } catch (error) {
      throw thrown.length === 0 ? error : thrown[0];
    } finally {
      this.listener = undefined;
    }
  }
}

/** Frees what an object held in the core when the caller forgot to dispose of it. */
export const abandoned = new FinalizationRegistry<() => void>((free) => free());
