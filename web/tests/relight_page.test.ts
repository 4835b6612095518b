// The relighting page, end to end: a photo and a camera.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { meanDifference, output, portrait } from './support/files.js';
import {
  PHONE,
  SAMPLE,
  chooseFile,
  openDemo,
  pixels,
  resting,
  shot,
  useCameraSession,
  watchCameras,
} from './support/pages.js';

const session = useCameraSession();

describe('the relighting page', () => {
  it('closes each camera that it does not show', async () => {
    const { page } = await openDemo(session, 'relight/');
    const cameras = await watchCameras(page);
    await page.getByRole('button', { name: SAMPLE }).waitFor();
    await page.evaluate(() => {
      document.getElementById('camera')!.click();
      document.querySelector<HTMLButtonElement>('#samples button')!.click();
    });
    await page.locator('#picture').waitFor();
    expect(await cameras.requested()).toBe(1);
    await cameras.release();
    await expect.poll(cameras.live).toBe(0);
    await page.close();
  });

  it('lights a photo from where the pointer is', async () => {
    const { page, complaints } = await openDemo(session, 'relight/');
    await page.getByRole('button', { name: SAMPLE }).click();
    const canvas = page.locator('#picture');
    await canvas.waitFor();
    await page.getByLabel('Lights wander').uncheck();
    const box = (await canvas.boundingBox())!;
    const light = async (x: number) => {
      await page.mouse.move(box.x + box.width * x, box.y + box.height * 0.3);
      await resting(canvas);
      return pixels(page, '#picture');
    };
    const [left, right] = [await light(0.35), await light(0.65)];
    await shot(page, 'relight');
    expect(meanDifference(left, right)).toBeGreaterThan(1);
    await page.getByLabel('Show the normals').check();
    await expect.poll(async () => meanDifference(right, await pixels(page, '#picture'))).toBeGreaterThan(5);
    await shot(page, 'relight-normals');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('offers the start again after a picture without a person', async () => {
    const empty = join(output, 'empty.png');
    const source = ['-f', 'lavfi', '-i', 'color=0x88aabb:s=320x240'];
    execFileSync('ffmpeg', ['-y', '-v', 'error', ...source, '-frames:v', '1', empty]);
    const { page } = await openDemo(session, 'relight/');
    const choose = page.getByRole('button', { name: 'Choose a photo' }).last();
    await chooseFile(page, choose, empty);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('No person was found in this picture');
    expect(await page.locator('#busy').isVisible()).toBe(false);
    await chooseFile(page, choose, portrait);
    await page.locator('#kept').waitFor();
    await page.getByLabel('Show the normals').check();
    for (const name of ['Brightness', 'Shine', 'Second']) expect(await page.getByLabel(name).isVisible()).toBe(false);
    await page.getByLabel('Show the normals').uncheck();
    expect(await page.getByLabel('Brightness').isVisible()).toBe(true);
    await page.close();
  });

  it('lights the camera, live', async () => {
    const { page, complaints } = await openDemo(session, 'relight/', { ...PHONE, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText('frames/s').waitFor();
    await shot(page, 'relight-camera');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
