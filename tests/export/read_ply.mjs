// Prints the mesh that three.js' PLYLoader reads from a file.
import { readFileSync } from 'node:fs';
import { load } from './modules.mjs';

const { PLYLoader } = await load('three/examples/jsm/loaders/PLYLoader.js');
const bytes = readFileSync(process.argv[2]);
const geometry = new PLYLoader().parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
geometry.computeBoundingBox();
const { min, max } = geometry.boundingBox;
const color = geometry.attributes.color;
console.log(
  JSON.stringify({
    vertices: geometry.attributes.position.count,
    triangles: geometry.index.count / 3,
    min: min.toArray(),
    max: max.toArray(),
    largestIndex: geometry.index.array.reduce((a, b) => Math.max(a, b), 0),
    firstColor: [color.getX(0), color.getY(0), color.getZ(0)],
  }),
);
