// PNGs of 8 and 16 bits as the numbers in the file: browsers show 16 bits as 8, and convert colors. Based on: W3C,
// "Portable Network Graphics (PNG) Specification (Third Edition)".

/** A picture of one value a pixel. */
export interface GrayPicture {
  width: number;
  height: number;
  /** The first channel, 0..1, row by row; undefined if the file is damaged. */
  values(): Promise<Float32Array | undefined>;
  dispose(): void;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const HEADER = 'IHDR';
const DATA = 'IDAT';
/** Channels by color type: gray, color, palette (not read here), gray with alpha, color with alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/** The contents of the chunks, by type; those of one type joined. Ends at a chunk that the file cuts. */
function chunksOf(bytes: Uint8Array<ArrayBuffer>, type: string): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Uint8Array<ArrayBuffer>[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) break;
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === type)
      found.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return found;
}

/** `length` bytes of the inflated data; undefined if it has fewer, or is damaged. */
async function inflated(parts: Uint8Array<ArrayBuffer>[], length: number): Promise<Uint8Array | undefined> {
  const rows = new Uint8Array(length);
  const reader = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  let filled = 0;
  try {
    while (filled < length) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      rows.set(value.subarray(0, length - filled), filled);
      filled += Math.min(value.length, length - filled);
    }
    return rows;
  } catch {
    return undefined;
  } finally {
    reader.cancel().catch(() => undefined); // data behind the last row
  }
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Reverses the filter of one row, in place. `pixel`: bytes of a pixel. `above`: the row above, all 0 for the first. */
function unfilter(row: Uint8Array, above: Uint8Array, filter: number, pixel: number): void {
  for (let x = 0; x < row.length; ++x) {
    const left = x < pixel ? 0 : row[x - pixel]!;
    const corner = x < pixel ? 0 : above[x - pixel]!;
    if (filter === 1) row[x]! += left;
    else if (filter === 2) row[x]! += above[x]!;
    else if (filter === 3) row[x]! += (left + above[x]!) >> 1;
    else if (filter === 4) row[x]! += paeth(left, above[x]!, corner);
  }
}

/** Each `stepX`-th pixel of each `stepY`-th row: a picture without interlacing is one such part. */
interface Pass {
  x: number;
  y: number;
  stepX: number;
  stepY: number;
}
const WHOLE: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
/** The method Adam7. */
const INTERLACED: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** The passes that have pixels, with their sizes. */
function passesOf(isInterlaced: boolean, width: number, height: number) {
  return (isInterlaced ? INTERLACED : WHOLE)
    .map((pass) => ({
      ...pass,
      columns: Math.ceil((width - pass.x) / pass.stepX),
      rows: Math.ceil((height - pass.y) / pass.stepY),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** The first channel of the picture. Undefined for other files, and for PNGs with a palette or few bits. */
export function openGrayPng(bytes: Uint8Array<ArrayBuffer>): GrayPicture | undefined {
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) return undefined;
  const [header] = chunksOf(bytes, HEADER);
  if (header === undefined || header.length < 13) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height, bits, colorType] = [view.getUint32(0), view.getUint32(4), header[8]!, header[9]!];
  const channels = CHANNELS[colorType];
  if (channels === undefined || (bits !== 8 && bits !== 16)) return undefined;
  const passes = passesOf(header[12] !== 0, width, height);
  const pixel = (channels * bits) / 8;
  const values = async () => {
    const length = passes.reduce((sum, { columns, rows }) => sum + rows * (1 + columns * pixel), 0);
    const data = await inflated(chunksOf(bytes, DATA), length);
    if (data === undefined) return undefined;
    const result = new Float32Array(width * height);
    let at = 0;
    for (const pass of passes) {
      let above: Uint8Array = new Uint8Array(pass.columns * pixel);
      for (let y = pass.y; y < height; y += pass.stepY) {
        const row = data.subarray(at + 1, at + 1 + pass.columns * pixel);
        unfilter(row, above, data[at]!, pixel);
        for (let x = pass.x, from = 0; x < width; x += pass.stepX, from += pixel)
          result[y * width + x] = bits === 8 ? row[from]! / 255 : (row[from]! * 256 + row[from + 1]!) / 65535;
        above = row;
        at += 1 + row.length;
      }
    }
    return result;
  };
  return { width, height, values, dispose: () => undefined };
}
