// The demos: static pages built on the package's own build in ../dist, as a user's page would be.

import { copyFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { pageParts } from './page_parts.js';

const demos = dirname(fileURLToPath(import.meta.url));
const web = dirname(demos);
const project = dirname(web);

// With these a page may use threads.
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Portraits that the set-up fetched or that stand in the project; a page without them only offers no samples. */
const SAMPLES = [
  { from: '.deps/samples/astronaut.png', file: 'astronaut.png', title: 'Eileen Collins, astronaut (NASA)' },
];

/** Rendered portraits that stand in the project's samples folder. */
async function renderedSamples() {
  const folder = join(project, 'samples');
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((name) => /\.(jpe?g|png|webp)$/.test(name))
    .sort()
    .map((name, index) => ({ from: join('samples', name), file: name, title: `Rendered portrait ${index + 1}` }));
}

function samples(): Plugin {
  return {
    name: 'samples',
    async buildStart() {
      const folder = join(demos, 'public/samples');
      await mkdir(folder, { recursive: true });
      const found = [];
      for (const { from, file, title } of [...SAMPLES, ...(await renderedSamples())]) {
        if (!(await stat(join(project, from)).catch(() => undefined))) continue;
        await copyFile(join(project, from), join(folder, file));
        found.push({ file, title });
      }
      await writeFile(join(folder, 'samples.json'), JSON.stringify(found));
    },
  };
}

/** Makes the pages work without a network after the first load: a worker that keeps all files of the build. */
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    async generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((file) => !file.endsWith('.map'));
      const stamp = files
        .join()
        .split('')
        .reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 7);
      const source = (await readFile(join(demos, 'offline.js'), 'utf8'))
        .replace('__VERSION__', (stamp >>> 0).toString(16))
        .replace("'__FILES__'", JSON.stringify(files));
      this.emitFile({ type: 'asset', fileName: 'offline.js', source });
    },
  };
}

export default defineConfig({
  root: demos,
  base: './',
  cacheDir: join(web, 'node_modules/.vite-demos'),
  resolve: { alias: { 'portrait-depth': join(web, 'dist/portrait-depth.js') } },
  plugins: [pageParts(), samples(), offline()],
  worker: { format: 'es' },
  server: { headers: isolated, fs: { allow: [web] } },
  preview: { headers: isolated },
  build: {
    outDir: join(web, 'site'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      external: ['@tensorflow/tfjs-core'],
      input: ['index.html', 'photo3d/index.html', 'depth/index.html', 'relight/index.html'].map((page) =>
        join(demos, page),
      ),
    },
  },
});
