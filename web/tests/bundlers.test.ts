// The package in the projects of developers: bundlers, a CDN, an import map, script tags, a server that renders pages, and
// TypeScript that compiles to CommonJS. A page estimates depth on its own thread and in the worker.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as buildByEsbuild } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, createServer, type InlineConfig } from 'vite';
import webpack, { type Configuration } from 'webpack';
import { openPage } from './support/browser.js';
import { usePackedPackage } from './support/packed_package.js';
import { startServer, web, type TestServer } from './support/server.js';
import { useSession } from './support/session.js';

const TITLE = 'page of the test';
const page = (tags: string) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${TITLE}</title>
<link rel="icon" href="data:,">${tags}</html>`;

/** Sets the title to the number of the person's pixels, found by the page and by the worker. */
const WORK = `
const image = new Image();
image.src = '/photos/astronaut.png';
await image.decode();
const count = async ({ createEstimator }) => {
  const estimator = await createEstimator(SupportedModels.ARPortraitDepth);
  const depth = await estimator.estimateDepth(image, { minDepth: 0, maxDepth: 1 });
  return depth.mask().filter((value) => value > 0.5).length;
};
const found = [await count({ createEstimator }), await count(createWorkerClient())];
document.title = found.join(' and ');
`;
const SCRIPT = `import { createEstimator, createWorkerClient, SupportedModels } from 'portrait-depth';${WORK}`;

const user = usePackedPackage();
const session = useSession(() => ({ folders: { user: user.folder, npm: join(user.project, 'node_modules') } }));
let cdn: TestServer;

beforeAll(async () => {
  cdn = await startServer({ folders: { user: user.folder, npm: join(user.project, 'node_modules') }, cors: true });
  writeFileSync(join(user.project, 'main.js'), SCRIPT);
  writeFileSync(join(user.project, 'index.html'), page('<script type="module" src="./main.js"></script>'));
});
afterAll(() => cdn.close());

/** Opens the page and holds the two counts against each other. */
async function expectWork(address: string): Promise<void> {
  const { page, complaints } = await openPage(session.browser, address);
  await page.waitForFunction((title) => document.title !== title, TITLE, { timeout: 60_000 }).catch(() => undefined);
  const title = await page.title();
  await page.close();
  expect(complaints).toEqual([]);
  expect(title).toMatch(/^\d+ and \d+$/);
  const [here, there] = title.split(' and ').map(Number);
  expect(here).toBeGreaterThan(50_000);
  expect(there).toBe(here);
}

/** Sizes of the outputs by name, in all folders below. */
function outputsOf(folder: string): { name: string; size: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, file: statSync(join(folder, name)) }))
    .filter(({ file }) => file.isFile())
    .map(({ name, file }) => ({ name, size: file.size }));
}

/** The worker's script comes once: a second copy beside the bundled one would be useless. */
function expectOneWorker(folder: string): void {
  const scripts = outputsOf(folder).filter(({ name }) => /\.m?js$/.test(name));
  const workers = scripts.filter(({ name }) => readFileSync(join(folder, name), 'utf8').includes('useAddresses'));
  // The page's script calls the function that the worker's script defines.
  expect(workers.map(({ name }) => name)).toHaveLength(2);
}

describe('Vite', () => {
  const config = (more: InlineConfig): InlineConfig => ({
    root: user.project,
    configFile: false,
    logLevel: 'error',
    ...more,
  });

  it('builds a page that works, with one copy of the worker', async () => {
    const outDir = join(user.folder, 'vite');
    await build(config({ base: './', build: { outDir } }));
    expectOneWorker(outDir);
    await expectWork(`${session.origin}/user/vite/`);
  });

  it('builds a page that works from a CDN', async () => {
    const outDir = join(user.folder, 'vite-cdn');
    await build(config({ base: `${cdn.origin}/user/vite-cdn/`, build: { outDir } }));
    await expectWork(`${session.origin}/user/vite-cdn/`);
  });

  it('serves a page that works while it is developed', async () => {
    const server = await createServer(
      config({ optimizeDeps: { exclude: ['portrait-depth'] }, server: { port: 0, host: '127.0.0.1' } }),
    );
    await server.listen();
    await expectWork(server.resolvedUrls!.local[0]!).finally(() => server.close());
  });
});

describe('webpack', () => {
  /** The warnings of a build, which must have no errors. */
  async function bundle(name: string, publicPath: string | undefined, entry = './main.js'): Promise<string[]> {
    const path = join(user.folder, name);
    const config: Configuration = {
      context: user.project,
      mode: 'production',
      entry,
      output: { path, ...(publicPath !== undefined && { publicPath }) },
      performance: { hints: false },
    };
    const stats = await new Promise<webpack.Stats>((resolve, reject) =>
      webpack(config, (error, result) => (result === undefined ? reject(error) : resolve(result))),
    );
    const { errors, warnings } = stats.toJson({ errors: true, warnings: true });
    expect(errors!.map(({ message }) => message)).toEqual([]);
    writeFileSync(join(path, 'index.html'), page(`<script src="${publicPath ?? ''}main.js" crossorigin></script>`));
    return warnings!.map(({ message }) => message);
  }

  it('builds a page that works, with one copy of the worker', async () => {
    await bundle('webpack', undefined);
    expectOneWorker(join(user.folder, 'webpack'));
    await expectWork(`${session.origin}/user/webpack/`);
  });

  it('builds a page that works from a CDN', async () => {
    await bundle('webpack-cdn', `${cdn.origin}/user/webpack-cdn/`);
    await expectWork(`${session.origin}/user/webpack-cdn/`);
  });

  it('bundles TypeScript that compiles to CommonJS', async () => {
    const folder = join(user.project, 'commonjs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
    const typed = WORK.replace('{ createEstimator })', '{ createEstimator }: Pick<WorkerClient, "createEstimator">)');
    writeFileSync(
      join(folder, 'main.ts'),
      `import { createEstimator, createWorkerClient, SupportedModels, type WorkerClient } from 'portrait-depth';
async function run() {${typed}}
void run();`,
    );
    const compiler = join(web, 'node_modules/typescript/bin/tsc');
    for (const module of [
      ['commonjs', '--moduleResolution', 'node10'],
      ['node16', '--skipLibCheck', 'false'],
    ]) {
      const command = [compiler, '--strict', '--target', 'es2022', '--module', ...module, 'main.ts'];
      const { stdout } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
      expect(stdout).toBe('');
      expect(readFileSync(join(folder, 'main.js'), 'utf8')).toContain('require("portrait-depth")');
    }
    await bundle('webpack-commonjs', undefined, './commonjs/main.js');
    await expectWork(`${session.origin}/user/webpack-commonjs/`);
  });
});

describe('esbuild', () => {
  it("builds a page that works beside copies of the package's files", async () => {
    const outdir = join(user.folder, 'esbuild');
    const entryPoints = [join(user.project, 'main.js')];
    await buildByEsbuild({ entryPoints, outdir, bundle: true, format: 'esm', minify: true, logLevel: 'error' });
    const dist = join(user.project, 'node_modules/portrait-depth/dist');
    for (const name of ['assets', 'worker.js']) cpSync(join(dist, name), join(outdir, name), { recursive: true });
    writeFileSync(join(outdir, 'index.html'), page('<script type="module" src="main.js"></script>'));
    await expectWork(`${session.origin}/user/esbuild/`);
  });
});

describe('without a bundler', () => {
  const classic = (src: string) =>
    page(`<script src="${src}" crossorigin></script><script type="module">
const { createEstimator, createWorkerClient, SupportedModels } = portraitDepth;${WORK}</script>`);
  const write = (name: string, text: string) => {
    writeFileSync(join(user.folder, name), text);
    return `${session.origin}/user/${name}`;
  };

  it('a script tag works', () =>
    expectWork(write('classic.html', classic('/npm/portrait-depth/dist/portrait-depth.iife.js'))));

  it('a script tag with the address of a CDN works', () =>
    expectWork(write('cdn.html', classic(`${cdn.origin}/npm/portrait-depth/dist/portrait-depth.iife.js`))));

  const { unpkg, jsdelivr, version } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;

  it.each(['portrait-depth', `portrait-depth@${version}`, 'portrait-depth/'])(
    'a script tag with the bare address /npm/%s works',
    async (name) => {
      // As CDNs do: the package's address answers with the file that package.json names, without a redirect.
      expect(unpkg).toBe(jsdelivr);
      const bare = await startServer({
        cors: true,
        rewrite: (path) => {
          const [, file] = /^\/npm\/portrait-depth(?:@[\d.]+)?\/?(.*)$/.exec(path) ?? [];
          return file === undefined ? path : `/npm/portrait-depth/${file === '' ? jsdelivr : file}`;
        },
        folders: { npm: join(user.project, 'node_modules') },
      });
      await expectWork(write('bare.html', classic(`${bare.origin}/npm/${name}`))).finally(() => bare.close());
    },
  );

  it('an import map works', () => {
    const map = { imports: { 'portrait-depth': '/npm/portrait-depth/dist/portrait-depth.js' } };
    const tags = `<script type="importmap">${JSON.stringify(map)}</script><script type="module">${SCRIPT}</script>`;
    return expectWork(write('map.html', page(tags)));
  });

  it('an import map with the address of a CDN works', () => {
    const map = { imports: { 'portrait-depth': `${cdn.origin}/npm/portrait-depth/dist/portrait-depth.js` } };
    const tags = `<script type="importmap">${JSON.stringify(map)}</script><script type="module">${SCRIPT}</script>`;
    return expectWork(write('map-cdn.html', page(tags)));
  });
});

describe('a server that renders pages', () => {
  const run = (code: string, type: string) =>
    execFileSync(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: user.project, encoding: 'utf8' });

  it('imports the package without side effects', () => {
    const code = `const before = Object.keys(globalThis).join();
const { createEstimator } = await import('portrait-depth');
console.log(typeof createEstimator, Object.keys(globalThis).join() === before);`;
    expect(run(code, 'module')).toBe('function true\n');
  });

  it('requires the package from CommonJS', () =>
    expect(run(`console.log(typeof require('portrait-depth').createEstimator);`, 'commonjs')).toBe('function\n'));

  it('imports the element, which is defined in browsers only', () => {
    const code = `const before = Object.keys(globalThis).join();
const { DepthPhotoElement } = await import('portrait-depth/depth-photo');
console.log(typeof DepthPhotoElement, Object.keys(globalThis).join() === before);`;
    expect(run(code, 'module')).toBe('function true\n');
    const required = `console.log(typeof require('portrait-depth/depth-photo').DepthPhotoElement);`;
    expect(run(required, 'commonjs')).toBe('function\n');
  });
});

describe('the element <depth-photo>', () => {
  const script = `import { makePhoto3D } from 'portrait-depth';
import 'portrait-depth/depth-photo';
const element = document.createElement('depth-photo');
element.src = '/photos/astronaut.png';
element.addEventListener('ready', () => (document.title = typeof makePhoto3D));
element.addEventListener('error', ({ message }) => (document.title = message));
document.body.append(element);
`;

  async function expectElement(address: string): Promise<void> {
    const { page, complaints } = await openPage(session.browser, address);
    await page.waitForFunction((title) => document.title !== title, TITLE, { timeout: 120_000 });
    expect(await page.title()).toBe('function');
    expect(complaints).toEqual([]);
    await page.close();
  }

  it('works in a page that Vite builds, beside one copy of the package', async () => {
    const outDir = join(user.folder, 'vite-element');
    writeFileSync(join(user.project, 'element.js'), script);
    writeFileSync(join(user.project, 'element.html'), page('<body><script type="module" src="./element.js"></script>'));
    const rolldownOptions = { input: join(user.project, 'element.html') };
    const output = { outDir, rolldownOptions };
    await build({ root: user.project, configFile: false, logLevel: 'error', base: './', build: output });
    expectOneWorker(outDir);
    await expectElement(`${session.origin}/user/vite-element/element.html`);
  });

  it('works by an import map, which shares the package', async () => {
    const dist = '/npm/portrait-depth/dist';
    const imports = {
      'portrait-depth': `${dist}/portrait-depth.js`,
      'portrait-depth/depth-photo': `${dist}/depth-photo.js`,
    };
    const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
    writeFileSync(join(user.folder, 'element.html'), page(`${map}<body><script type="module">${script}</script>`));
    await expectElement(`${session.origin}/user/element.html`);
  });
});
