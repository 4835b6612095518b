// The same photo, native and in the browser: one core, one result. Skips where the command has not been built.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Package from '../src/index.js';
import { launch, openPage } from './support/browser.js';
import { output, portrait } from './support/files.js';
import { project, startServer, type TestServer } from './support/server.js';

declare const portraitDepth: typeof Package;

const command = join(project, 'bin/portrait-depth');
const LIMITS = { minDepth: 0.2, maxDepth: 0.9 };

/** float32 values of a .npy file of two dimensions: https://numpy.org/neps/nep-0001-npy-format.html */
function readNpy(file: string): { values: Float32Array; shape: [number, number] } {
  const bytes = readFileSync(file);
  const length = bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = (bytes[6] === 1 ? 10 : 12) + length;
  const [, rows, columns] = /'shape': \((\d+), (\d+)\)/.exec(bytes.subarray(10, start).toString('latin1'))!;
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  return { values, shape: [Number(rows), Number(columns)] };
}

describe.skipIf(!existsSync(command))('native and browser (needs bin/portrait-depth: make)', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    server = await startServer();
    browser = await launch();
    ({ page } = await openPage(browser, `${server.origin}/pages/blank.html`));
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('agree on depth to 2/255 anywhere and 0.2/255 on average', async () => {
    const file = join(output, 'native.npy');
    const limits = ['--min-depth', String(LIMITS.minDepth), '--max-depth', String(LIMITS.maxDepth)];
    execFileSync(command, ['depth', portrait, '-o', file, '--unit', 'relative', ...limits, '--quiet']);
    const { values: native, shape } = readNpy(file);
    const inBrowser = await page.evaluate(async (given) => {
      const image = new Image();
      image.src = '/photos/astronaut.png';
      await image.decode();
      const estimator = await portraitDepth.createEstimator(portraitDepth.SupportedModels.ARPortraitDepth);
      return Array.from((await estimator.estimateDepth(image, given)).values());
    }, LIMITS);
    expect(shape).toEqual([512, 512]);
    let worst = 0;
    let sum = 0;
    inBrowser.forEach((value, index) => {
      const difference = Math.abs(value - (Number.isNaN(native[index]!) ? 0 : native[index]!));
      worst = Math.max(worst, difference);
      sum += difference;
    });
    console.log(`largest ${(worst * 255).toFixed(3)}/255, mean ${((sum / inBrowser.length) * 255).toFixed(4)}/255`);
    expect(sum / inBrowser.length).toBeLessThanOrEqual(0.2 / 255);
    expect(worst).toBeLessThanOrEqual(2 / 255);
  });
});
