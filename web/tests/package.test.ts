// The published package in a new user's hands: packed, installed in an empty folder, bundled, opened.

import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as buildByEsbuild } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { build } from 'vite';
import { openPage } from './support/browser.js';
import { usePackedPackage } from './support/packed_package.js';
import { web } from './support/server.js';
import { useSession } from './support/session.js';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A user's page</title>
<link rel="icon" href="data:,"><script type="module" src="./main.js"></script></html>`;

/** The JavaScript of the project's README, unchanged, on an image of the page. */
function readmeScript(): string {
  const readme = readFileSync(join(web, '../README.md'), 'utf8');
  const [, code] = /\*\*JavaScript\*\*[^]*?```js\n([^]*?)```/.exec(readme)!;
  const [imports, ...work] = code!.split('\n\n');
  return `${imports}
const image = new Image();
image.src = '/photos/astronaut.png';
await image.decode();
${work.join('\n')}
const rows = await depthMap.toArray();
document.title = [rows.length, 'rows', canvas.width, 'wide', gif.type].join(' ');`;
}

/** A page in TypeScript whose project has no TensorFlow.js; it brings a tensor of its own. */
const TYPED_PAGE = `
import { createEstimator, createPhoto3D, createWorkerClient, makePhoto3D, SupportedModels } from 'portrait-depth';
import { DepthPhotoElement } from 'portrait-depth/depth-photo';
import type { AnyTensor, DepthMap } from 'portrait-depth';
declare const image: HTMLImageElement;
const limits = { minDepth: 0.2, maxDepth: 0.9 };
const estimator = await createEstimator(SupportedModels.ARPortraitDepth);
const depthMap: DepthMap = await estimator.estimateDepth(image, limits);
const none: null = await estimator.estimateDepth(null, limits);
const gif: Blob = await (await createPhoto3D(image, depthMap)).toGIF({ height: 480 });
interface OwnTensor { shape: [number, number]; data(): Promise<Float32Array>; dispose(): void; mean(): number }
const mean: number = (await depthMap.toTensor<OwnTensor>()).mean();
const tensor = await depthMap.toTensor<OwnTensor>();
const plain: AnyTensor = await depthMap.toTensor();
// @ts-expect-error: without TensorFlow.js' types, a tensor has no square().
plain.square();
// @ts-expect-error: the same without an annotation.
(await depthMap.toTensor()).square();
createWorkerClient().terminate();
const blob: Blob = await (await estimator.estimateDepth('portrait.jpg', limits)).toBlob('image/png');
// @ts-expect-error: a number is not a picture.
await estimator.estimateDepth(42, limits);
const made = await makePhoto3D(image, { background: { kind: 'blur' } });
const film: Blob = await made.gif({ preset: 'sway' });
const element = document.createElement('depth-photo');
element.preset = 'sway';
const file: Blob = await element.file('glb');
DepthPhotoElement.config = { assetPath: '/assets/' };
// @ts-expect-error: the strength is a number.
element.strength = 'much';
export { blob, film, file, gif, mean, none, tensor };
`;

/** A page in TypeScript whose project has TensorFlow.js' types. */
const TENSORFLOW_PAGE = `
import * as tf from '@tensorflow/tfjs-core';
import { createEstimator, createSegmenter, SupportedModels } from 'portrait-depth';
const input: tf.Tensor3D = tf.zeros([256, 192, 3]);
const estimator = await createEstimator(SupportedModels.ARPortraitDepth);
const depthMap = await estimator.estimateDepth(input, { minDepth: 0.2, maxDepth: 0.9 });
const squares: tf.Tensor2D = tf.square(await depthMap.toTensor());
const shape: [number, number] = (await depthMap.toTensor()).shape;
const [person] = await (await createSegmenter()).segmentPeople(input);
const alpha: tf.Tensor3D = tf.slice(await person!.mask.toTensor(), [0, 0, 3]);
// @ts-expect-error: a depth map has two dimensions.
const wrong: [number, number, number] = (await depthMap.toTensor()).shape;
export { alpha, shape, squares, wrong };
`;

describe('the packed package', () => {
  const user = usePackedPackage();
  const { folder, project } = user;
  const session = useSession(() => ({ folders: { user: join(folder, 'out') } }));

  /** Bundles the project's page into a folder beside it. */
  const bundle = (outFolder: string) =>
    build({
      root: project,
      base: './',
      configFile: false,
      logLevel: 'error',
      worker: { format: 'es' },
      build: { outDir: join(folder, outFolder), emptyOutDir: true, target: 'es2022' },
    });

  it('contains the build and its description only', () => {
    const names = user.packed.files.map(({ path }) => path);
    const expected =
      /^(dist\/(depth-photo|portrait-depth(\.iife)?|worker)\.js(\.map)?|dist\/assets\/[\w.-]+|dist\/types\/\w+\.d\.c?ts|dist\/licenses\/[\w-]+\.txt|images\/astronaut\.gif|(README|THIRD_PARTY)\.md|LICENSE|package\.json)$/;
    expect(names.filter((name) => !expected.test(name))).toEqual([]);
    for (const name of ['README.md', 'dist/portrait-depth.js', 'dist/types/index.d.ts', 'dist/worker.js'])
      expect(names).toContain(name);
    expect(names.filter((name) => name.startsWith('dist/assets/'))).toHaveLength(15);
    expect(user.packed.size).toBeLessThan(18e6);
  });

  it('has pages whose links lead to its own files or to addresses, and a picture for the first one', () => {
    const names = user.packed.files.map(({ path }) => path);
    const targets = names
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) => {
        const text = readFileSync(join(project, 'node_modules/portrait-depth', name), 'utf8');
        const links = text.replace(/^```[^]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g);
        return [...links].map(([, link]) => link!.replace(/#.*/, ''));
      });
    expect(targets).toContain('images/astronaut.gif');
    const broken = targets.filter((target) => target !== '' && !/^https:/.test(target) && !names.includes(target));
    expect(broken).toEqual([]);
    const picture = readFileSync(join(project, 'node_modules/portrait-depth/images/astronaut.gif'));
    expect(picture.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect(picture.length).toBeLessThanOrEqual(150_000);
  });

  it('contains the license text of each third-party work', () => {
    const folder = join(project, 'node_modules/portrait-depth');
    const [, , ...rows] = readFileSync(join(folder, 'THIRD_PARTY.md'), 'utf8').match(/^\|.*$/gm)!;
    const texts = rows.map((row) => /, `([^`]+)` *\|$/.exec(row)?.[1]);
    expect(texts.length).toBeGreaterThan(9);
    expect(texts).not.toContain(undefined);
    for (const name of new Set(texts)) expect(readFileSync(join(folder, name!), 'utf8')).toMatch(/copyright|Mozilla/i);
  });

  it('has source maps from its scripts to their sources', () => {
    const folder = join(project, 'node_modules/portrait-depth/dist');
    const text = 'is not a supported model name.';
    for (const name of ['portrait-depth.js', 'portrait-depth.iife.js', 'worker.js']) {
      const code = readFileSync(join(folder, name), 'utf8');
      expect(code.trimEnd().split('\n').at(-1)).toBe(`//# sourceMappingURL=${name}.map`);
      const map = new SourceMap(JSON.parse(readFileSync(join(folder, `${name}.map`), 'utf8')) as SourceMapPayload);
      const at = name === 'worker.js' ? code.indexOf('"The worker has no addresses;') : code.indexOf(text);
      const line = code.slice(0, at).split('\n').length - 1;
      const column = at - code.lastIndexOf('\n', at) - 1;
      const { originalSource, originalLine } = map.findEntry(line, column) as SourceMapping;
      const wanted = name === 'worker.js' ? 'sent_addresses.ts' : 'estimation_config.ts';
      expect(originalSource).toBe(`../src/${wanted}`);
      const source = map.payload.sourcesContent[map.payload.sources.indexOf(originalSource)]!;
      expect(source).toBe(readFileSync(join(web, 'src', wanted), 'utf8'));
      expect(source.split('\n')[originalLine]).toContain(name === 'worker.js' ? 'has no addresses' : text);
    }
  });

  it('costs a page that only estimates depth no more than 25 kB of script', async () => {
    const contents = "import { createEstimator } from 'portrait-depth'; globalThis.create = createEstimator;";
    const { outputFiles } = await buildByEsbuild({
      stdin: { contents, resolveDir: project },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      logLevel: 'error',
    });
    const size = gzipSync(outputFiles[0]!.contents).length;
    console.log(`createEstimator alone: ${(size / 1000).toFixed(1)} kB, gzip`);
    expect(size).toBeLessThanOrEqual(25_000);
    expect(outputFiles[0]!.text).not.toContain('depth-photo'); // the element has a module of its own
    for (const name of ['portrait-depth.js', 'portrait-depth.iife.js', 'worker.js'])
      expect(statSync(join(project, 'node_modules/portrait-depth/dist', name)).size).toBeLessThan(240_000); // minified
  });

  it('needs no other package', () => {
    const description = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(description.dependencies).toBeUndefined();
  });

  it('works in the page of a new user', async () => {
    writeFileSync(join(project, 'index.html'), PAGE);
    writeFileSync(join(project, 'main.js'), readmeScript());
    await bundle('out');
    const { page, complaints } = await openPage(session.browser, `${session.origin}/user/`);
    await page.waitForFunction(() => document.title !== "A user's page");
    expect(await page.title()).toBe('512 rows 512 wide image/gif');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("stays in a bundle of the worker's or the script tag's file alone", async () => {
    writeFileSync(join(project, 'index.html'), PAGE);
    writeFileSync(join(project, 'worker.js'), "import 'portrait-depth/worker.js';\n");
    writeFileSync(
      join(project, 'main.js'),
      `new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });\nimport 'portrait-depth/script';\n`,
    );
    await bundle('alone');
    const scripts = readdirSync(join(folder, 'alone/assets')).filter((name) => /^(worker|index)-.*\.js$/.test(name));
    expect(scripts).toHaveLength(2);
    for (const name of scripts) expect(statSync(join(folder, 'alone/assets', name)).size).toBeGreaterThan(100_000);
  });

  /** The compiler's errors for a script of the project. */
  function complaintsOfCompiler(name: string, script: string, ...options: string[]): string {
    writeFileSync(join(project, name), script);
    const compiler = join(web, 'node_modules/typescript/bin/tsc');
    const command = [compiler, '--noEmit', '--strict', '--target', 'es2022', ...options, name];
    return spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' }).stdout;
  }
  const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler'];

  it('has types that need no other package, and reject values that are not pictures', () =>
    expect(complaintsOfCompiler('page.ts', TYPED_PAGE, ...BUNDLER, '--skipLibCheck', 'false')).toBe(''));

  it("returns TensorFlow.js' own tensors in a project that has its types", () => {
    const modules = join(project, 'node_modules/@tensorflow');
    symlinkSync(join(web, 'node_modules/@tensorflow'), modules);
    const complaints = complaintsOfCompiler('tensors.ts', TENSORFLOW_PAGE, ...BUNDLER, '--skipLibCheck');
    unlinkSync(modules);
    expect(complaints).toBe('');
  });
});
