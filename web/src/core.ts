// The C++ core as WebAssembly: access to its memory, and its errors as exceptions.

import type { CoreFunctions, Pointer } from './core_functions.js';
import { sizeOf, unpack, type Struct, type Values } from './core_structs.js';
import { PortraitDepthError, type ErrorCode } from './errors.js';

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
  new PortraitDepthError('too_large', 'The browser has too little memory for this picture; pass a smaller one.');

/** The core calls it with 0..1 during long work; false stops the work. */
export type ProgressListener = (fraction: number) => boolean;

export class Core {
  private listener: ProgressListener | undefined;

  constructor(
    readonly functions: CoreFunctions,
    private readonly memory: WebAssembly.Memory,
    /** Threads that share the work on 3D photos. */
    readonly threads: number,
  ) {}

  /** Views of the core's memory, valid until its next allocation: use them at once or copy them. */
  floats(address: Pointer, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }
  words(address: Pointer, count: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, count);
  }
  bytes(address: Pointer, count: number): Uint8ClampedArray {
    return new Uint8ClampedArray(this.memory.buffer, address, count);
  }
  /** A copy of a structure; throws the core's error for a null pointer. */
  read<S extends Struct>(struct: S, address: Pointer): Values<S> {
    return unpack(struct, new Uint8Array(this.memory.buffer, this.check(address), sizeOf(struct)));
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

  /** Runs `work` with a zero-terminated copy of the text in the core's memory. */
  lendText<T>(text: string, work: (address: Pointer) => T): T {
    return this.lend([new TextEncoder().encode(`${text}\0`)], (address) => work(address!));
  }

  private allocate(bytes: number): Pointer {
    const address = this.functions.malloc(Math.max(1, bytes));
    if (address === 0) throw outOfMemory();
    return address;
  }

  /** Throws the core's error if a function returned 0 (a null pointer, false). */
  check(result: number): number {
    if (result !== 0) return result;
    const code = ERROR_CODES[this.functions.pd_error_code()];
    if (code === undefined) throw outOfMemory();
    throw new PortraitDepthError(code, this.text(this.functions.pd_error_message()));
  }

  /** The core's import for long work; returning 0 stops the work. */
  readonly progress = (fraction: number): number => (this.listener?.(fraction) === false ? 0 : 1);

  /** Runs long work that reports to the listener. An error of the listener stops the work and is thrown here. */
  listening<T>(listener: ProgressListener, work: () => T): T {
    const thrown: unknown[] = [];
    this.listener = (fraction) => {
      try {
        return listener(fraction);
      } catch (error) {
        thrown.push(error); // exceptions must not cross the core
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

/** Frees the core's memory of objects that were garbage-collected without dispose(). */
export const abandoned = new FinalizationRegistry<() => void>((free) => free());
