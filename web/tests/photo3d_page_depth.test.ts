// The 3D photo page with a photo that holds depth.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, depthPhoto, hasCommand } from './support/depth_files.js';
import { output } from './support/files.js';
import { SAMPLE, STILL, chooseFile, openDemo, shot, workDone } from './support/pages.js';
import { useSession } from './support/session.js';

const session = useSession();

describe.skipIf(!hasCommand)(`the 3D photo page and depth inside a photo (needs ${command})`, () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openDemo(session, 'photo3d/', STILL));
  });
  afterAll(() => page.close());

  const choose = async (file: string) => {
    await chooseFile(page, page.getByRole('button', { name: 'Choose a photo' }), file);
    await page.locator('#latency').waitFor();
  };

  it('uses the depth, and says so', async () => {
    await choose(depthPhoto('gdepth'));
    expect(await page.locator('#depth-note').textContent()).toBe('The depth inside the photo is used.');
    expect(await page.locator('#depth-note').isVisible()).toBe(true);
    await shot(page, 'photo3d-depth-note');
  });

  it('uses it for a part of the photo too', async () => {
    await page.getByRole('radio', { name: 'Square' }).check();
    await workDone(page);
    await page.getByRole('radio', { name: '3 : 4' }).check();
    await workDone(page);
    expect(await page.locator('#depth-note').textContent()).toBe('The depth inside the photo is used.');
    await page.getByRole('radio', { name: 'Whole' }).check();
    await workDone(page);
  });

  it('shows no sentence about a photo without depth', async () => {
    await page.getByRole('button', { name: 'Another photo' }).click();
    expect(await page.locator('#depth-note').isVisible()).toBe(false);
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#latency').waitFor();
    expect(await page.locator('#depth-note').isVisible()).toBe(false);
  });

  it('gives the reason for damaged depth', async () => {
    const whole = readFileSync(depthPhoto('dynamic-depth'));
    whole.fill(' ', whole.indexOf('DepthMap:Near="'), whole.indexOf('DepthMap:Far'));
    const file = join(output, 'no_range.jpg');
    writeFileSync(file, whole);
    await page.getByRole('button', { name: 'Another photo' }).click();
    await choose(file);
    expect(await page.locator('#depth-note').textContent()).toBe(
      'no_range.jpg: damaged: its depth lacks the range of distances. Get the file anew.',
    );
    expect(complaints).toEqual([]);
  });
});
