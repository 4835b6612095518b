// The structures of bindings/wasm/portrait_depth_core.h. tests/core_structs.test.ts compares both files.

/** Each field has four bytes, in the order of the header. */
export type Field = 'address' | 'float' | 'int32_t' | 'uint32_t';
export type Struct = Readonly<Record<string, Field>>;
export type Values<S extends Struct> = { [Name in keyof S]: number };

export const INTRINSICS = { fx: 'float', fy: 'float', cx: 'float', cy: 'float' } as const satisfies Struct;

export const EXIF_CAMERA = {
  focalLengthMm: 'float',
  focalLength35mm: 'float',
  width: 'float',
  height: 'float',
  focalPlaneXResolution: 'float',
  focalPlaneResolutionUnit: 'int32_t',
} as const satisfies Struct;

export const TILT = { pitch: 'float', roll: 'float' } as const satisfies Struct;

export const SEGMENTATION = {
  mask: 'address',
  x: 'float',
  y: 'float',
  width: 'float',
  height: 'float',
  coverage: 'float',
  found: 'int32_t',
} as const satisfies Struct;

export const ESTIMATION_CONFIG = {
  minDepth: 'float',
  maxDepth: 'float',
  ...INTRINSICS,
  headDistanceMetres: 'float',
  flipHorizontal: 'int32_t',
} as const satisfies Struct;

export const PLACEMENT = {
  ...INTRINSICS,
  headDistanceMetres: 'float',
  metresPerRelief: 'float',
  cropX: 'float',
  cropY: 'float',
  cropWidth: 'float',
  cropHeight: 'float',
  fitRadius: 'int32_t',
  fitEpsilon: 'float',
  fitFlat: 'float',
  fitEdge: 'float',
  leastReliefWeight: 'float',
  leastGuideMask: 'float',
  nearestMetres: 'float',
  personMask: 'float',
  mask: 'address',
} as const satisfies Struct;

export const DEPTH_MAP = {
  values: 'address',
  metres: 'address',
  mask: 'address',
  width: 'int32_t',
  height: 'int32_t',
  ...INTRINSICS,
  headDistanceMetres: 'float',
  minDepth: 'float',
  maxDepth: 'float',
} as const satisfies Struct;

export const GIVEN_DEPTH = {
  values: 'address',
  width: 'int32_t',
  height: 'int32_t',
  unit: 'int32_t',
  near: 'int32_t',
  isMeasured: 'int32_t',
  matte: 'address',
  matteWidth: 'int32_t',
  matteHeight: 'int32_t',
  ...INTRINSICS,
} as const satisfies Struct;

export const CODED_PICTURE = { bytes: 'address', size: 'uint32_t' } as const satisfies Struct;

export const PHOTO3D_OPTIONS = {
  backgroundKind: 'int32_t',
  backgroundColor: 'uint32_t',
  picture: 'address',
  pictureWidth: 'int32_t',
  pictureHeight: 'int32_t',
  relief: 'float',
  edgeSlope: 'float',
  maxTextureSize: 'int32_t',
} as const satisfies Struct;

export const MESH = {
  positions: 'address',
  textureCoordinates: 'address',
  vertexCount: 'uint32_t',
  indices: 'address',
  indexCount: 'uint32_t',
} as const satisfies Struct;

export const TEXTURE = { pixels: 'address', width: 'uint32_t', height: 'uint32_t' } as const satisfies Struct;

export const POSE = {
  positionX: 'float',
  positionY: 'float',
  positionZ: 'float',
  lookAtX: 'float',
  lookAtY: 'float',
  lookAtZ: 'float',
  upX: 'float',
  upY: 'float',
  upZ: 'float',
  zoom: 'float',
} as const satisfies Struct;

const FIELD_SIZE = 4;

export function sizeOf(struct: Struct): number {
  return FIELD_SIZE * Object.keys(struct).length;
}

/** Reads a structure from `buffer`, which begins with it. */
export function unpack<S extends Struct>(struct: S, buffer: Uint8Array): Values<S> {
  const view = new DataView(buffer.buffer, buffer.byteOffset, sizeOf(struct));
  const read = (field: Field, at: number) => {
    if (field === 'float') return view.getFloat32(at, true);
    return field === 'int32_t' ? view.getInt32(at, true) : view.getUint32(at, true);
  };
  const entries = Object.entries(struct).map(([name, field], index) => [name, read(field, FIELD_SIZE * index)]);
  return Object.fromEntries(entries) as Values<S>;
}

/** The bytes of a structure. */
export function pack<S extends Struct>(struct: S, values: Values<S>): Uint8Array {
  const bytes = new Uint8Array(sizeOf(struct));
  const view = new DataView(bytes.buffer);
  Object.entries(struct).forEach(([name, field], index) => {
    const value = values[name as keyof S];
    if (field === 'float') view.setFloat32(FIELD_SIZE * index, value, true);
    else view.setUint32(FIELD_SIZE * index, value, true); // negative numbers wrap to their two's complement
  });
  return bytes;
}
