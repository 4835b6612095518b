// The demos: static pages built on the package's own build in ../dist, as a user's page would be.

import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { contentPolicy, pageParts } from './page_parts.js';

const demos = dirname(fileURLToPath(import.meta.url));
const web = dirname(demos);
const project = dirname(web);

// Pages with these headers may use threads.
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** The project's sample photos and films, and their small pictures. */
function samples(): Plugin {
  return {
    name: 'samples',
    async buildStart() {
      const from = join(project, 'samples');
      const to = join(demos, 'public/samples');
      await rm(to, { recursive: true, force: true });
      await mkdir(join(to, 'thumbnails'), { recursive: true });
      const list = await readFile(join(from, 'samples.json'), 'utf8');
      for (const { file, thumbnail } of JSON.parse(list) as { file: string; thumbnail: string }[])
        for (const name of [file, thumbnail]) await copyFile(join(from, name), join(to, name));
      await writeFile(join(to, 'samples.json'), list);
    },
  };
}

/** The license texts of all that the pages contain. */
function licenses(): Plugin {
  return {
    name: 'licenses',
    apply: 'build',
    async writeBundle({ dir }) {
      const to = join(dir!, 'licenses');
      await cp(join(web, 'dist/licenses'), to, { recursive: true });
      await copyFile(join(project, 'licenses/three.txt'), join(to, 'three.txt'));
      await copyFile(join(project, 'LICENSE'), join(to, 'LICENSE'));
      await copyFile(join(web, 'THIRD_PARTY.md'), join(to, 'THIRD_PARTY.md'));
    },
  };
}

/** Small files, and files that every use needs. The others are kept when a page asks for them. */
const AHEAD = /(\.(html|css|js|json|svg)|portrait_depth_core[^/]*)$/;

/** Writes a service worker that keeps the files of the build, so that the pages work offline after their first use. */
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    writeBundle: {
      order: 'post',
      async handler({ dir }) {
        const entries = await readdir(dir!, { recursive: true, withFileTypes: true });
        const files = entries
          .filter((entry) => entry.isFile())
          .map((entry) => relative(dir!, join(entry.parentPath, entry.name)))
          .sort();
        const hash = createHash('sha256');
        for (const file of files) hash.update(file).update(await readFile(join(dir!, file)));
        const ahead = files.filter((file) => AHEAD.test(file));
        const source = (await readFile(join(demos, 'offline.js'), 'utf8'))
          .replace('__VERSION__', hash.digest('hex').slice(0, 8))
          .replace("'__FILES__'", JSON.stringify(ahead));
        await writeFile(join(dir!, 'offline.js'), source);
      },
    },
  };
}

export default defineConfig({
  root: demos,
  base: './',
  cacheDir: join(web, 'node_modules/.vite-demos'),
  resolve: { alias: { 'portrait-depth': join(web, 'dist/portrait-depth.js') } },
  plugins: [pageParts(), contentPolicy(), samples(), licenses(), offline()],
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
