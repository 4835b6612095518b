// Builds the package into dist/: a module, a worker, a script-tag build, types, and beside them the files that they load.
// The core must have been compiled (scripts/build_wasm.sh) and the networks set up (scripts/setup.sh).

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { build } from 'vite';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const project = dirname(web);
const dist = join(web, 'dist');
const threads = join(project, 'build/wasm-threads/portrait_depth_core_threads');
const runtime = join(web, 'node_modules/onnxruntime-web/dist');

const assets = {
  'portrait_depth_core.wasm': [join(project, 'build/wasm/portrait_depth_core.wasm'), 'scripts/build_wasm.sh'],
  'portrait_depth_core_threads.mjs': [`${threads}.mjs`, 'scripts/build_wasm.sh'],
  'portrait_depth_core_threads.wasm': [`${threads}.wasm`, 'scripts/build_wasm.sh'],
  'ort.wasm.min.mjs': [join(runtime, 'ort.wasm.min.mjs'), 'npm ci'],
  'ort-wasm-simd-threaded.mjs': [join(runtime, 'ort-wasm-simd-threaded.mjs'), 'npm ci'],
  'ort-wasm-simd-threaded.wasm': [join(runtime, 'ort-wasm-simd-threaded.wasm'), 'npm ci'],
  'ort.jspi.min.mjs': [join(runtime, 'ort.jspi.min.mjs'), 'npm ci'],
  'ort-wasm-simd-threaded.jspi.mjs': [join(runtime, 'ort-wasm-simd-threaded.jspi.mjs'), 'npm ci'],
  'ort-wasm-simd-threaded.jspi.wasm': [join(runtime, 'ort-wasm-simd-threaded.jspi.wasm'), 'npm ci'],
  'ar_portrait_depth.onnx': [join(project, 'models/ar_portrait_depth.onnx'), 'git checkout'],
  'ar_portrait_depth_fast.onnx': [join(project, 'models/ar_portrait_depth_fast.onnx'), 'git checkout'],
  'selfie_segmentation.onnx': [join(project, '.deps/models/selfie_segmentation.onnx'), 'scripts/setup.sh'],
  'face_detection_full_range.onnx': [join(project, '.deps/models/face_detection_full_range.onnx'), 'scripts/setup.sh'],
  'selfie_segmentation_landscape.onnx': [
    join(project, '.deps/models/selfie_segmentation_landscape.onnx'),
    'scripts/setup.sh',
  ],
  'exifr.lite.mjs': [join(web, 'node_modules/exifr/dist/lite.esm.mjs'), 'npm ci'],
};

/** Our sources hide the assets from our own build by a comment; the user's bundler must find them. */
const showAssetsToBundlers = {
  name: 'show-assets-to-bundlers',
  renderChunk: (code) => ({
    code: code.replace(/new URL\(\s*\/\* @vite-ignore \*\/\s*/g, 'new URL('),
    map: null,
  }),
};

/** Sources that another one replaces, by the script that is built. */
const replaceFiles = (replacements) => ({
  name: 'replace-files',
  enforce: 'pre',
  resolveId: (source) => {
    const replacement = replacements[source];
    return replacement === undefined ? undefined : join(web, 'src', replacement);
  },
});
/** Scripts that import another one of the package: a page loads that once. */
const importFiles = (imports) => ({
  name: 'import-files',
  enforce: 'pre',
  resolveId: (source) => (imports[source] === undefined ? undefined : { id: imports[source], external: true }),
});
const IN_WORKER = { './asset_addresses.js': 'sent_addresses.ts', './tensorflow.js': 'tensorflow_in_worker.ts' };

/**
 * The address of a classic script. A CDN may serve it at the address of the package alone; the files then lie in `dist`
 * below that address.
 */
const SCRIPT_ADDRESS = `const portraitDepthScriptUrl = (() => {
  const url = new URL(document.currentScript.src);
  if (!url.pathname.endsWith('.js')) url.pathname = url.pathname.replace(/\\/?$/, '/dist/portrait-depth.iife.js');
  return url.href;
})();`;

/** The bundled script before minification, with its source map in a comment. */
function bundle(name, entry, { format, replacements, imports }) {
  return build({
    root: web,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [replaceFiles(replacements), importFiles(imports)],
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: 'es2022',
      minify: false,
      sourcemap: 'inline',
      lib: { entry: join(web, 'src', entry), formats: [format], name: 'portraitDepthScript', fileName: () => name },
      rolldownOptions: {
        external: ['@tensorflow/tfjs-core'],
        plugins: [showAssetsToBundlers],
        ...(format === 'iife' && { output: { intro: SCRIPT_ADDRESS } }),
      },
    },
    define: {
      __ASSET_FACTS__: JSON.stringify(facts),
      ...(format === 'iife' && { 'import.meta.url': 'portraitDepthScriptUrl' }),
    },
  });
}

/** Comments that bundlers read. */
const NOTES_FOR_BUNDLERS = /@vite-ignore|webpackIgnore|[@#]__PURE__/;

/** Writes a script and its source map. */
async function script(name, entry, { format = 'es', replacements = {}, imports = {} } = {}) {
  await bundle(name, entry, { format, replacements, imports });
  const file = join(dist, name);
  const { code, map } = await minify(await readFile(file, 'utf8'), {
    module: format === 'es',
    ecma: 2020,
    format: { comments: NOTES_FOR_BUNDLERS },
    sourceMap: { content: 'inline', filename: name, url: `${name}.map`, includeSources: true },
  });
  await writeFile(file, code);
  await writeFile(`${file}.map`, map);
}

const IMPORT_OF_TYPES = / from '\.\/(\w+)\.js'/g;

/** Removes the declarations that the named ones do not reach; those are not public. */
async function keepPublicTypes(names) {
  const folder = join(dist, 'types');
  const wanted = [...names];
  for (const each of wanted) {
    const text = await readFile(join(folder, `${each}.d.ts`), 'utf8');
    for (const [, next] of text.matchAll(IMPORT_OF_TYPES)) if (!wanted.includes(next)) wanted.push(next);
  }
  for (const file of await readdir(folder))
    if (!wanted.includes(file.replace('.d.ts', ''))) await rm(join(folder, file));
}

/** TypeScript that compiles to CommonJS needs declarations of its own kind; the script is the same (`require` loads it). */
async function writeCommonJsTypes() {
  const folder = join(dist, 'types');
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file.replace('.d.ts', '.d.cts')), text.replace(IMPORT_OF_TYPES, " from './$1.cjs'"));
  }
}

/** The license texts that THIRD_PARTY.md names. */
async function copyLicenses() {
  const page = await readFile(join(web, 'THIRD_PARTY.md'), 'utf8');
  for (const [, name] of page.matchAll(/`dist\/licenses\/([\w-]+\.txt)`/g))
    await cp(join(project, 'licenses', name), join(dist, 'licenses', name));
}

for (const [name, [source, remedy]] of Object.entries(assets)) {
  const found = await stat(source).catch(() => undefined);
  if (!found) {
    console.error(`${source} (${name}) is missing; run ${remedy} first`);
    process.exit(1);
  }
}
await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, 'assets'), { recursive: true });
for (const [name, [source]] of Object.entries(assets)) await cp(source, join(dist, 'assets', name));
// The script of Emscripten's workers becomes a text inside Emscripten's own script, because bundlers move separate files.
const workerScript = await readFile(`${threads}.worker.js`, 'utf8');
await appendFile(
  join(dist, 'assets/portrait_depth_core_threads.mjs'),
  `export const workerScript = ${JSON.stringify(workerScript)};\n`,
);
const facts = {};
for (const name of Object.keys(assets)) {
  const bytes = await readFile(join(dist, 'assets', name));
  facts[name] = { bytes: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') };
}
await script('portrait-depth.js', 'index.ts');
await script('depth-photo.js', 'depth_photo.ts', { imports: { './index.js': './portrait-depth.js' } });
await script('worker.js', 'worker.ts', { replacements: IN_WORKER });
await script('portrait-depth.iife.js', 'script_tag.ts', { format: 'iife' });
execFileSync(process.execPath, [join(web, 'node_modules/typescript/bin/tsc'), '-p', join(web, 'tsconfig.types.json')], {
  stdio: 'inherit',
});
await keepPublicTypes(['index', 'depth_photo']);
await writeCommonJsTypes();
await copyLicenses();
