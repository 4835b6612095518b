// The depth map page, end to end: a camera, a film, and no camera.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launch, openPage } from './support/browser.js';
import { meanDifference, output, portrait, probeFilm } from './support/files.js';
import {
  PHONE,
  chooseFile,
  downloaded,
  openDemo,
  pixels,
  shot,
  useCameraSession,
  watchCameras,
} from './support/pages.js';

const session = useCameraSession();

describe('the depth map page', () => {
  it('closes each camera that it does not show', async () => {
    const { page } = await openDemo(session, 'depth/');
    const cameras = await watchCameras(page);
    await page.evaluate(() => {
      for (let click = 0; click < 2; ++click) document.getElementById('camera')!.click();
    });
    await expect.poll(cameras.requested).toBe(2);
    await cameras.release();
    await page.getByText('frames/s').waitFor();
    await expect.poll(cameras.live).toBe(1);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(cameras.live).toBe(0);
    await page.close();
  });

  it('shows the camera in depth, live', async () => {
    const { page, complaints } = await openDemo(session, 'depth/');
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText('frames/s').waitFor();
    const isColorful = (image: Uint8Array) =>
      image.some((value, index) => index % 4 === 0 && Math.abs(value - image[index + 2]!) > 100);
    await expect.poll(async () => isColorful(await pixels(page, '#picture'))).toBe(true);
    const first = await pixels(page, '#picture');
    await shot(page, 'depth');
    await expect.poll(async () => meanDifference(first, await pixels(page, '#picture'))).toBeGreaterThan(1);
    await page.getByRole('radio', { name: 'Overlay' }).check();
    await expect.poll(async () => meanDifference(first, await pixels(page, '#picture'))).toBeGreaterThan(20);
    await shot(page, 'depth-over');
    expect(probeFilm(await downloaded(page, 'Save picture', 'saved.png')).codec).toBe('png');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Use the camera' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('plays a film', async () => {
    const film = join(output, 'film.webm');
    const encoding = ['-t', '2', '-c:v', 'libvpx', '-b:v', '1M'];
    execFileSync('ffmpeg', ['-y', '-v', 'error', '-i', join(output, 'camera.mjpeg'), ...encoding, film]);
    const { page } = await openDemo(session, 'depth/');
    await chooseFile(page, page.getByRole('button', { name: 'Choose a film or photo' }), film);
    await page.getByText('frames/s').waitFor();
    await page.close();
  });

  it('plays the sample film', async () => {
    const { page, complaints } = await openDemo(session, 'depth/');
    await page.getByRole('button', { name: 'Film: the astronaut turns' }).click();
    await page.getByText('frames/s').waitFor();
    const first = await pixels(page, '#picture');
    await expect.poll(async () => meanDifference(first, await pixels(page, '#picture'))).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows an error without a camera, with the next action', async () => {
    const blind = await launch('--use-fake-ui-for-media-stream');
    const { page } = await openPage(blind, `${session.origin}/site/depth/`, PHONE);
    await page.getByRole('button', { name: 'Use the camera' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('There is no camera on this device.');
    await alert.getByRole('button', { name: 'Choose a file' }).waitFor();
    await shot(page, 'depth-no-camera');
    expect(await page.locator('#busy').isVisible()).toBe(false);
    await alert.waitFor();
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await alert.waitFor();
    await chooseFile(page, page.getByRole('button', { name: 'Choose a film or photo' }), portrait);
    await page.locator('#kept').waitFor();
    await blind.close();
  });

  it('offers the start again after a damaged film', async () => {
    const broken = join(output, 'broken.webm');
    writeFileSync(broken, 'this is no film');
    const { page } = await openDemo(session, 'depth/');
    const choose = page.getByRole('button', { name: 'Choose a film or photo' });
    await chooseFile(page, choose, broken);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('broken.webm is not a film');
    expect(await page.locator('#busy').isVisible()).toBe(false);
    await chooseFile(page, choose, portrait);
    await page.locator('#kept').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.close();
  });

  it('shows the fields that change something', async () => {
    const { page } = await openDemo(session, 'depth/');
    await chooseFile(page, page.getByRole('button', { name: 'Choose a film or photo' }), portrait);
    await page.locator('#kept').waitFor();
    const farthest = page.getByLabel('Farthest');
    expect(await farthest.isVisible()).toBe(false); // the limits follow the person
    await page.getByLabel('Follow the person').uncheck();
    expect(await farthest.isVisible()).toBe(true);
    await page.getByRole('radio', { name: 'Picture' }).check();
    expect(await farthest.isVisible()).toBe(false);
    await page.close();
  });
});
