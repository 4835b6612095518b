// Lists the files that a page downloads before its first depth, and the sizes of scripts, as in the tables of README.md:
// `npm run downloads`, after `npm run build`.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

const COMMON = ['portrait-depth.iife.js', 'assets/selfie_segmentation.onnx', 'assets/ar_portrait_depth.onnx'];
const RUNTIME = ['assets/ort.wasm.min.mjs', 'assets/ort-wasm-simd-threaded.mjs', 'assets/ort-wasm-simd-threaded.wasm'];
const GPU_RUNTIME = [
  'assets/ort.jspi.min.mjs',
  'assets/ort-wasm-simd-threaded.jspi.mjs',
  'assets/ort-wasm-simd-threaded.jspi.wasm',
];
const CORE = ['assets/portrait_depth_core.wasm'];
const THREADED_CORE = ['assets/portrait_depth_core_threads.mjs', 'assets/portrait_depth_core_threads.wasm'];

export const PATHS = {
  'any page': [...COMMON, ...RUNTIME, ...CORE],
  'a cross-origin isolated page': [...COMMON, ...RUNTIME, ...THREADED_CORE],
  'an isolated page with a GPU': [...COMMON, ...GPU_RUNTIME, ...THREADED_CORE],
};

/** Bytes as they are and as a server sends them, by Brotli. */
async function sizesOf(file) {
  const bytes = await readFile(join(dist, file));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 } };
  return { plain: bytes.length, packed: brotliCompressSync(bytes, quality).length };
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(2);

export async function listDownloads() {
  const known = new Map();
  for (const file of new Set(Object.values(PATHS).flat())) known.set(file, await sizesOf(file));
  for (const [page, files] of Object.entries(PATHS)) {
    console.log(`\nbefore the first depth, ${page}\n\n| file | MB | compressed, MB |\n| --- | --- | --- |`);
    const sum = { plain: 0, packed: 0 };
    for (const file of files) {
      const { plain, packed } = known.get(file);
      sum.plain += plain;
      sum.packed += packed;
      console.log(`| \`${file}\` | ${megabytes(plain)} | ${megabytes(packed)} |`);
    }
    console.log(`| all | ${megabytes(sum.plain)} | ${megabytes(sum.packed)} |`);
  }
}

/** Imports that a page may need, and the package's own scripts. */
const IMPORTS = ['createEstimator', 'createSegmenter', 'createPhoto3D', 'makePhoto3D', 'createWorkerClient'];
const SCRIPTS = ['portrait-depth.js', 'depth-photo.js', 'portrait-depth.iife.js', 'worker.js'];

/** The bundle of a page that imports one function. */
async function bundleOf(name) {
  const { outputFiles } = await build({
    stdin: { contents: `import { ${name} } from './portrait-depth.js'; globalThis.used = ${name};`, resolveDir: dist },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    external: ['@tensorflow/tfjs-core'],
  });
  return outputFiles[0].contents;
}

export async function listScripts() {
  const kilobytes = (bytes) => (bytes / 1000).toFixed(0);
  const row = (name, bytes) =>
    console.log(`| ${name} | ${kilobytes(bytes.length)} | ${kilobytes(gzipSync(bytes, { level: 9 }).length)} |`);
  console.log('\n| script | kB | gzip, kB |\n| --- | --- | --- |');
  for (const name of IMPORTS) row(`a bundle of \`${name}\` alone`, await bundleOf(name));
  for (const name of SCRIPTS) row(`\`${name}\``, await readFile(join(dist, name)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await listDownloads();
  await listScripts();
}
