// float32 arrays of two dimensions in .npy files: https://numpy.org/neps/nep-0001-npy-format.html

import { readFileSync, writeFileSync } from 'node:fs';

export function readNpy(file: string): { values: Float32Array<ArrayBuffer>; shape: [number, number] } {
  const bytes = readFileSync(file);
  const length = bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = (bytes[6] === 1 ? 10 : 12) + length;
  const [, rows, columns] = /'shape': \((\d+), (\d+)\)/.exec(bytes.subarray(10, start).toString('latin1'))!;
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  return { values: values as Float32Array<ArrayBuffer>, shape: [Number(rows), Number(columns)] };
}

export function writeNpy(file: string, values: Float32Array, [rows, columns]: readonly [number, number]): void {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`.padEnd(117);
  const start = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${header}\n`, 'latin1');
  start.writeUInt16LE(header.length + 1, 8);
  writeFileSync(file, Buffer.concat([start, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]));
}
