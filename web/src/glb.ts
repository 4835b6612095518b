// The 3D photo as binary glTF 2.0 (Khronos Group, "glTF 2.0 Specification"): two unlit meshes and a moving camera.

import { PortraitDepthError } from './errors.js';
import { breathe, type CameraPathOptions, type CameraPose, type LongWork, type Mesh, type Photo3D } from './photo3d.js';

const ARRAY_BUFFER = 34962;
const ELEMENT_ARRAY_BUFFER = 34963;
const FLOAT = 5126;
const UNSIGNED_INT = 5125;
const LINEAR = 9729;
const LINEAR_MIPMAP_LINEAR = 9987;
const CLAMP_TO_EDGE = 33071;
const HEADER_MAGIC = 0x46546c67;
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;

type Vector = readonly [number, number, number];
type Json = Record<string, unknown>;

const padded = (length: number) => (length + 3) & ~3;

/** Collects binary data and the JSON that describes it. */
class Document {
  private readonly parts: Uint8Array<ArrayBuffer>[] = [];
  private length = 0;
  readonly bufferViews: Json[] = [];
  readonly accessors: Json[] = [];
  readonly images: Json[] = [];
  readonly materials: Json[] = [];
  readonly meshes: Json[] = [];
  readonly textures: Json[] = [];

  addBytes(bytes: Uint8Array<ArrayBuffer>, target?: number): number {
    this.bufferViews.push({
      buffer: 0,
      byteOffset: this.length,
      byteLength: bytes.length,
      ...(target !== undefined && { target }),
    });
    const whole = new Uint8Array(padded(bytes.length));
    whole.set(bytes);
    this.parts.push(whole);
    this.length += whole.length;
    return this.bufferViews.length - 1;
  }

  addFloats(values: Float32Array<ArrayBuffer>, type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4', target?: number): number {
    const size = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 }[type];
    const least = new Array<number>(size).fill(Infinity);
    const most = new Array<number>(size).fill(-Infinity);
    values.forEach((value, index) => {
      least[index % size] = Math.min(least[index % size]!, value);
      most[index % size] = Math.max(most[index % size]!, value);
    });
    const bufferView = this.addBytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), target);
    this.accessors.push({ bufferView, componentType: FLOAT, count: values.length / size, type, min: least, max: most });
    return this.accessors.length - 1;
  }

  addIndices(values: Uint32Array<ArrayBuffer>): number {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const bufferView = this.addBytes(bytes, ELEMENT_ARRAY_BUFFER);
    this.accessors.push({ bufferView, componentType: UNSIGNED_INT, count: values.length, type: 'SCALAR' });
    return this.accessors.length - 1;
  }

  async addMesh(name: string, mesh: Mesh, texture: ImageData, alphaMode: 'OPAQUE' | 'BLEND'): Promise<void> {
    const type = alphaMode === 'BLEND' ? 'image/png' : 'image/jpeg';
    const image = await encodeImage(texture, type);
    this.images.push({ name, bufferView: this.addBytes(image), mimeType: type });
    this.textures.push({ source: this.images.length - 1, sampler: 0 });
    this.materials.push({
      name,
      pbrMetallicRoughness: {
        baseColorTexture: { index: this.textures.length - 1 },
        metallicFactor: 0,
        roughnessFactor: 1,
      },
      alphaMode,
      doubleSided: true,
      extensions: { KHR_materials_unlit: {} },
    });
    const attributes = {
      POSITION: this.addFloats(flipAxes(mesh.positions), 'VEC3', ARRAY_BUFFER),
      TEXCOORD_0: this.addFloats(mesh.textureCoordinates, 'VEC2', ARRAY_BUFFER),
    };
    const indices = this.addIndices(mesh.indices);
    this.meshes.push({ name, primitives: [{ attributes, indices, material: this.materials.length - 1 }] });
  }

  /** The file: header, JSON, binary data. */
  toBlob(json: Json): Blob {
    const { bufferViews, accessors, images, materials, meshes, textures } = this;
    const text = new TextEncoder().encode(
      JSON.stringify({
        ...json,
        bufferViews,
        accessors,
        images,
        materials,
        meshes,
        textures,
        buffers: [{ byteLength: this.length }],
      }),
    );
    const jsonBytes = new Uint8Array(padded(text.length)).fill(0x20);
    jsonBytes.set(text);
    const total = 12 + 8 + jsonBytes.length + 8 + this.length;
    const header = new Uint32Array([HEADER_MAGIC, 2, total, jsonBytes.length, JSON_CHUNK]);
    const binaryHeader = new Uint32Array([this.length, BINARY_CHUNK]);
    return new Blob([header, jsonBytes, binaryHeader, ...this.parts], { type: 'model/gltf-binary' });
  }
}

/** glTF has y up and z towards the viewer, the photo's camera space y down and z away. */
function flipAxes(positions: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(positions, (value, index) => (index % 3 === 0 ? value : -value));
}

async function encodeImage(image: ImageData, type: string): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type, quality: 0.92 });
  return new Uint8Array(await blob.arrayBuffer());
}

const subtract = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Vector): Vector => {
  const length = Math.hypot(...a);
  return [a[0] / length, a[1] / length, a[2] / length];
};
const flip = ([x, y, z]: Vector): Vector => [x, -y, -z];

/** The quaternion x, y, z, w that turns glTF's camera, which looks along -z with y up, as the pose says. */
export function cameraRotation(pose: CameraPose): [number, number, number, number] {
  const back = unit(subtract(flip(pose.position), flip(pose.lookAt)));
  const right = unit(cross(flip(pose.up), back));
  const up = cross(back, right);
  // From the rotation's columns: K. Shoemake, Animating Rotation with Quaternion Curves, 1985. The camera never turns
  // by more than a quarter, so w is never near 0.
  const w = Math.sqrt(Math.max(1e-9, 1 + right[0] + up[1] + back[2])) / 2;
  const q = [(up[2] - back[1]) / (4 * w), (back[0] - right[2]) / (4 * w), (right[1] - up[0]) / (4 * w), w] as const;
  const length = Math.hypot(...q);
  return q.map((part) => part / length) as [number, number, number, number];
}

/** Without the zoom: glTF's core has no animation of the field of view. */
function animation(document: Document, poses: readonly CameraPose[], framesPerSecond: number, node: number): Json {
  const looped = [...poses, poses[0]!]; // the frame after the last is the first
  const times = Float32Array.from(looped, (_, frame) => frame / framesPerSecond);
  const input = document.addFloats(times, 'SCALAR');
  const positions = new Float32Array(looped.flatMap((pose) => flip(pose.position)));
  const rotations = new Float32Array(looped.flatMap(cameraRotation));
  return {
    name: 'camera path',
    samplers: [
      { input, output: document.addFloats(positions, 'VEC3'), interpolation: 'LINEAR' },
      { input, output: document.addFloats(rotations, 'VEC4'), interpolation: 'LINEAR' },
    ],
    channels: [
      { sampler: 0, target: { node, path: 'translation' } },
      { sampler: 1, target: { node, path: 'rotation' } },
    ],
  };
}

export async function encodeGlb(photo: Photo3D, options: CameraPathOptions & LongWork): Promise<Blob> {
  if (typeof OffscreenCanvas === 'undefined')
    throw new PortraitDepthError('unsupported', 'This browser cannot write GLB files; download the GIF instead.');
  const document = new Document();
  const backgroundMesh = await photo.backgroundMesh();
  const backgroundTexture = await photo.backgroundTexture();
  if (backgroundMesh !== null && backgroundTexture !== null)
    await document.addMesh('background', backgroundMesh, backgroundTexture, 'OPAQUE');
  await breathe(options, 0.3);
  await document.addMesh('person', await photo.personMesh(), await photo.personTexture(), 'BLEND');
  await breathe(options, 0.8);

  const { fy, width, height } = photo.intrinsics;
  const nodes: Json[] = document.meshes.map(({ name }, mesh) => ({ name, mesh }));
  nodes.push({ name: 'camera', camera: 0 });
  const poses = await photo.cameraPath(options);
  const moves = animation(document, poses, options.framesPerSecond ?? 30, nodes.length - 1);
  const file = document.toBlob({
    asset: { version: '2.0', generator: 'Portrait Depth' },
    extensionsUsed: ['KHR_materials_unlit'],
    scene: 0,
    scenes: [{ nodes: nodes.map((_, node) => node) }],
    nodes,
    cameras: [
      {
        type: 'perspective',
        perspective: { yfov: 2 * Math.atan(height / 2 / fy), aspectRatio: width / height, znear: 0.05, zfar: 100 },
      },
    ],
    animations: [moves],
    samplers: [{ magFilter: LINEAR, minFilter: LINEAR_MIPMAP_LINEAR, wrapS: CLAMP_TO_EDGE, wrapT: CLAMP_TO_EDGE }],
  });
  options.onProgress?.(1);
  return file;
}
