// The 3D photo page while its work overlaps: settings, photos and cancellations in the middle of other work.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meanDifference, probeFilm } from './support/files.js';
import { downloaded, openDemo, pixels, showSample, watchWorkerCalls, workDone } from './support/pages.js';
import { useSession } from './support/session.js';

const session = useSession();

describe('the 3D photo page during other work', () => {
  let page: Page;
  let complaints: string[];
  let calls: Awaited<ReturnType<typeof watchWorkerCalls>>;
  beforeAll(async () => {
    ({ page, complaints } = await openDemo(session, 'photo3d/'));
    calls = await watchWorkerCalls(page);
    await showSample(page);
  });
  afterAll(() => page.close());

  /** Pastes a picture; without an address, one without a person. */
  const paste = (address: string | null) =>
    page.evaluate(async (url) => {
      const gray = new OffscreenCanvas(320, 240);
      gray.getContext('2d')!.fillRect(0, 0, 320, 240);
      const blob = url === null ? await gray.convertToBlob() : await (await fetch(url)).blob();
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([blob], 'pasted.png', { type: 'image/png' }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
    }, address);

  it('shows the same depth when the limits return', async () => {
    await page.getByRole('radio', { name: 'Depth' }).check();
    const before = await pixels(page, '#view2d');
    await page.getByLabel('Farthest').fill('0.5');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBeGreaterThan(2);
    await page.getByLabel('Farthest').fill('0.9');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBe(0);
  });

  it('keeps the photo when the next picture has no person', async () => {
    await page.getByRole('radio', { name: 'Photo', exact: true }).check();
    const before = await pixels(page, '#view2d');
    await paste(null);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('No person was found in this picture');
    await page.getByRole('radio', { name: 'Mask' }).check();
    await page.getByRole('radio', { name: 'Photo', exact: true }).check();
    expect(meanDifference(before, await pixels(page, '#view2d'))).toBe(0);
    const file = await downloaded(page, 'Depth PNG', 'kept-depth.png');
    expect(probeFilm(file)).toMatchObject({ width: 512, height: 512 });
    await page.getByRole('radio', { name: '3D' }).check();
  });

  it('uses limits that are moved while a photo is built', async () => {
    await page.getByRole('radio', { name: 'Depth' }).check();
    const before = await pixels(page, '#view2d');
    const farthest = page.getByLabel('Farthest');
    await farthest.fill('0.5');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBeGreaterThan(2);
    const wanted = await pixels(page, '#view2d');
    await farthest.fill('0.9');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBe(0);
    await paste('/site/samples/astronaut.jpg'); // the same photo
    await page.locator('#busy', { hasText: 'Building' }).waitFor();
    await farthest.fill('0.5');
    await page.locator('#busy').waitFor({ state: 'hidden' });
    await expect.poll(async () => meanDifference(wanted, await pixels(page, '#view2d'))).toBe(0);
    await farthest.fill('0.9');
    await page.getByRole('radio', { name: '3D' }).check();
  });

  it('shows the whole picture after a cancelled crop by hand', async () => {
    await page.getByRole('radio', { name: 'Photo', exact: true }).check();
    const width = () => page.locator('#view2d').evaluate((canvas: HTMLCanvasElement) => canvas.width);
    await page.getByRole('radio', { name: '3 : 4' }).check();
    await workDone(page);
    expect(await width()).toBe(384);
    await page.getByRole('radio', { name: 'Free' }).check();
    await page.locator('.cropper').waitFor();
    await page.keyboard.press('Escape');
    await workDone(page);
    expect(await width()).toBe(512);
    await page.getByRole('button', { name: 'Change' }).click();
    await page.keyboard.press('Escape');
    expect(await page.locator('#busy').isVisible()).toBe(false);
    await page.getByRole('radio', { name: '3D' }).check();
    await page.getByRole('radio', { name: 'Whole' }).check();
    await workDone(page);
  });

  it('removes the error of a photo when another one is chosen', async () => {
    await page.evaluate(() => {
      const { createObjectURL } = URL;
      URL.createObjectURL = () => {
        URL.createObjectURL = createObjectURL;
        throw new Error('The disk is full.');
      };
    });
    await page.getByRole('button', { name: 'Depth PNG' }).click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await page.getByRole('button', { name: 'Another photo' }).click();
    expect(await page.getByRole('alert').count()).toBe(0);
    await showSample(page);
  });

  it('closes the crop by hand when another photo comes', async () => {
    await page.getByRole('radio', { name: 'Free' }).check();
    await page.locator('.cropper').waitFor();
    await paste('/photos/astronaut.png');
    await page.locator('.cropper').waitFor({ state: 'detached' });
    await workDone(page);
    await page.getByRole('radio', { name: 'Whole' }).check();
    await workDone(page);
  });

  it('starts again in the middle of a rebuild, and of a file', async () => {
    const empty = async () => {
      await calls.click('another');
      await calls.answered(); // a late answer must not bring the photo back
      for (const id of ['start', 'busy', 'views', 'making', 'view3d', 'view2d'])
        expect([id, await page.locator(`#${id}`).isVisible()]).toEqual([id, id === 'start']);
      expect(await page.getByRole('alert').count()).toBe(0);
    };
    await page.getByLabel('Background').selectOption('color');
    await empty();
    await showSample(page);
    await page.getByRole('button', { name: 'WebM', exact: true }).click();
    await empty();
    expect(await page.locator('#download-hint').innerText()).toBe('Files can be made when the 3D photo is there.');
  });

  it('reports no error', () => expect(complaints).toEqual([]));
});
