// The package's environment: each missing part is a PortraitDepthError with the action, and the policy of the README is
// enough.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { openPage } from './support/browser.js';
import { startServer, web } from './support/server.js';
import { useSession } from './support/session.js';

declare const portraitDepth: typeof Package;

const session = useSession();
type Config = Package.RuntimeConfig;

/** The results of each function that may be called first: on the page, and in the worker. */
const endings = (config: Config) =>
  (async () => {
    const ending = (work: () => Promise<unknown>) =>
      (async () => work())().then(
        () => 'done',
        ({ name, code, message }: Package.PortraitDepthError) => `${name} ${code}: ${message}`,
      );
    const { createEstimator, createSegmenter, cameraPresets, createWorkerClient, SupportedModels } = portraitDepth;
    const unhandled: string[] = [];
    addEventListener('unhandledrejection', ({ reason }) => unhandled.push(String(reason)));
    const results = [
      await ending(() => createEstimator(SupportedModels.ARPortraitDepth, config)),
      await ending(() => createSegmenter(config)),
      await ending(() => cameraPresets(config)),
      await ending(() => createWorkerClient().createEstimator(SupportedModels.ARPortraitDepth, config)),
    ];
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return { results, unhandled };
  })();

describe('Node', () => {
  it('rejects with the advice to call the package on the client', () => {
    const code = `
const { createEstimator, createSegmenter, cameraPresets, createWorkerClient, preload } = await import('./dist/portrait-depth.js');
for (const work of [() => createEstimator('ARPortraitDepth'), createSegmenter, cameraPresets, preload, async () => createWorkerClient()])
  await work().then(() => console.log('done'), ({ name, code, message }) => console.log(name, code, message));`;
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: web, encoding: 'utf8' });
    const line =
      'PortraitDepthError unsupported portrait-depth runs in browsers only; call it on the client, or use the command or the Python module on a server.';
    expect(text.trim().split('\n')).toEqual(Array(5).fill(line));
  });
});

describe('a browser', () => {
  it('without WebAssembly is recognized', async () => {
    const page = await session.browser.newPage();
    await page.goto(`${session.origin}/pages/blank.html`);
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
    const { results, unhandled } = await page.evaluate(endings, {});
    await page.close();
    const message = 'This browser has no WebAssembly; use another browser, or end its lockdown mode for this site.';
    expect(results).toEqual(Array(4).fill(`PortraitDepthError unsupported: ${message}`));
    expect(unhandled).toEqual([]);
  });

  it('without SIMD rejects with the advice to update it', async () => {
    const page = await session.browser.newPage();
    await page.goto(`${session.origin}/pages/blank.html`);
    const message = await page.evaluate(() => {
      WebAssembly.validate = () => false;
      return portraitDepth.cameraPresets().catch((error: Error) => error.message);
    });
    await page.close();
    expect(message).toBe("This browser's WebAssembly has no SIMD; update the browser.");
  });
});

describe('a Content-Security-Policy', () => {
  const openWith = async (policy: string) => {
    const server = await startServer({ headers: { 'Content-Security-Policy': policy } });
    return { server, ...(await openPage(session.browser, `${server.origin}/pages/blank.html`)) };
  };

  it('without wasm-unsafe-eval is named with the directive', async () => {
    const { server, page } = await openWith("script-src 'self'");
    const { results, unhandled } = await page.evaluate(endings, {});
    await page.close();
    server.close();
    const message = "The page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src.";
    expect(results).toEqual(Array(4).fill(`PortraitDepthError unsupported: ${message}`));
    expect(unhandled).toEqual([]);
  });

  it("as in the README is enough for depth, threads, the worker and a 3D photo's files", async () => {
    const readme = readFileSync(join(web, 'README.md'), 'utf8');
    const [, policy] = /```\nContent-Security-Policy: ([^\n]+)\n```/.exec(readme)!;
    expect(policy).toContain("default-src 'none'");
    const { server, page, complaints } = await openWith(policy!);
    const facts = await page.evaluate(async () => {
      const { createEstimator, createPhoto3D, createWorkerClient, SupportedModels } = portraitDepth;
      const photo = '/photos/astronaut.png';
      const kinds: string[] = [];
      for (const api of [{ createEstimator, createPhoto3D }, createWorkerClient()]) {
        const estimator = await api.createEstimator(SupportedModels.ARPortraitDepth);
        const depth = await estimator.estimateDepth(photo, { minDepth: 0, maxDepth: 1 });
        const built = await api.createPhoto3D(photo, depth, { maxTextureSize: 256 });
        const film = { height: 64, durationSeconds: 0.1 };
        for (const file of [built.toGIF(film), built.toWebM(film), built.toGLB(film), depth.toBlob()])
          kinds.push((await file).type);
      }
      return kinds;
    });
    const threads = page.workers().length;
    await page.close();
    server.close();
    const kinds = ['image/gif', 'video/webm', 'model/gltf-binary', 'image/png'];
    expect(facts).toEqual([...kinds, ...kinds]);
    expect(threads).toBeGreaterThan(1);
    expect(complaints.filter((text) => !text.includes("'data:,'"))).toEqual([]); // the icon of the test's page
  });
});

describe('files of another origin', () => {
  it('without CORS are named with the header', async () => {
    const other = await startServer();
    const { page } = await openPage(session.browser, `${session.origin}/pages/blank.html`);
    const { results, unhandled } = await page.evaluate(endings, { assetPath: `${other.origin}/package/assets/` });
    await page.close();
    other.close();
    expect(results).toHaveLength(4);
    for (const result of results) {
      expect(result).toMatch(/^PortraitDepthError not_found: .* could not be loaded from http/);
      expect(result).toContain('that the server of the other origin sends Access-Control-Allow-Origin.');
    }
    expect(unhandled).toEqual([]);
  });
});
