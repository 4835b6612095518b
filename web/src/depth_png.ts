// A depth map as a gray PNG of 16 bits. Based on: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".

/** The mask from which a pixel belongs to the person, as in the core. */
const PERSON_MASK = 0.5;
const NEAREST = 65535;
const FARTHEST = 1;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const GRAY_16_BIT = [16, 0, 0, 0, 0]; // bit depth, color type gray, and the only methods of the standard
const FILTER_UP = 2;

/** Gray values, linear in metres: 65535 at the person's nearest pixel, 1 at the farthest, 0 on the background. */
export function stretchedGray(metres: Float32Array, mask: Float32Array): Uint16Array {
  let [near, far] = [Infinity, -Infinity];
  const isPerson = (pixel: number) => mask[pixel]! >= PERSON_MASK && Number.isFinite(metres[pixel]);
  for (let pixel = 0; pixel < metres.length; ++pixel) {
    if (!isPerson(pixel)) continue;
    near = Math.min(near, metres[pixel]!);
    far = Math.max(far, metres[pixel]!);
  }
  const scale = far > near ? (NEAREST - FARTHEST) / (far - near) : 0;
  return Uint16Array.from(metres, (z, pixel) => (isPerson(pixel) ? Math.round(NEAREST - (z - near) * scale) : 0));
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; ++bit) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crcOf(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** Rows of big-endian bytes, each as the difference to the row above. */
function filteredRows(gray: Uint16Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (1 + 2 * width));
  for (let y = 0, to = 0; y < height; ++y) {
    rows[to++] = FILTER_UP;
    for (let x = 0; x < width; ++x) {
      const value = gray[y * width + x]!;
      const above = y === 0 ? 0 : gray[(y - 1) * width + x]!;
      rows[to++] = (value >> 8) - (above >> 8);
      rows[to++] = (value & 255) - (above & 255);
    }
  }
  return rows;
}

export async function grayPng(gray: Uint16Array, width: number, height: number): Promise<Blob> {
  const header = new Uint8Array(8 + GRAY_16_BIT.length);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set(GRAY_16_BIT, 8);
  const rows = new Blob([filteredRows(gray, width, height)]);
  const packed = await new Response(rows.stream().pipeThrough(new CompressionStream('deflate'))).arrayBuffer();
  const parts = [chunk('IHDR', header), chunk('IDAT', new Uint8Array(packed)), chunk('IEND', new Uint8Array(0))];
  return new Blob([new Uint8Array(SIGNATURE), ...parts], { type: 'image/png' });
}
