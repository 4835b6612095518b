// The demo's pages as `portrait-depth serve` serves them: a newcomer opens the address, drops a photo, and downloads a GIF.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openPage } from './support/browser.js';
import { command, hasCommand } from './support/depth_files.js';
import { portrait, probeFilm } from './support/files.js';
import { STILL, downloaded, dropFile, shot } from './support/pages.js';
import { web } from './support/server.js';

describe.skipIf(!hasCommand)(`the demo in portrait-depth serve (needs ${command})`, () => {
  let service: ChildProcess;
  let origin: string;
  let browser: Browser;
  beforeAll(async () => {
    service = spawn(command, ['serve', '--port', '0', '--site', join(web, 'site')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(createInterface(service.stdout!), 'line')) as [string];
    origin = line.split(' ').at(-1)!;
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    service.kill();
  });

  it('makes a GIF of a dropped photo', async () => {
    const { page, complaints } = await openPage(browser, `${origin}/`, STILL);
    await page.getByRole('link', { name: 'Make a 3D photo' }).click();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await dropFile(page, '.head', portrait)).toBe(true);
    await page.locator('#latency').waitFor();
    await shot(page, 'served-demo');
    expect(probeFilm(await downloaded(page, 'GIF', 'served-demo.gif'))).toMatchObject({ codec: 'gif', height: 480 });
    expect(complaints).toEqual([]);
  });
});
