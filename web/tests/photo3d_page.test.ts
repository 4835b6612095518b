// The 3D photo page, end to end: a visitor chooses a photo, moves the view, sets options and downloads files.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meanDifference, output, portrait, probeFilm, validateGlb } from './support/files.js';
import {
  changed,
  chooseFile,
  downloaded,
  openDemo,
  pixels,
  resting,
  shot,
  showSample,
  useCameraSession,
  workDone,
} from './support/pages.js';

const session = useCameraSession();

describe('the 3D photo page', () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openDemo(session, 'photo3d/'));
    await showSample(page);
  });
  afterAll(() => page.close());

  it('shows a picture that moves on its own', async () => {
    const stage = page.locator('#stage');
    const first = await stage.screenshot();
    await changed(stage, first);
    await shot(page, 'photo3d');
  });

  it('turns with the pointer and with the arrow keys when it rests', async () => {
    await page.getByLabel('Moving').uncheck();
    const canvas = page.locator('#view3d');
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const before = await resting(canvas);
    await page.mouse.move(box.x + 5, box.y + box.height / 2);
    await changed(canvas, before);
    const turned = await resting(canvas);
    await canvas.focus();
    for (let press = 0; press < 8; ++press) await page.keyboard.press('ArrowRight');
    await changed(canvas, turned);
  });

  it('shows depth, mask and wireframe', async () => {
    await page.getByRole('radio', { name: 'Depth' }).check();
    const depth = await pixels(page, '#view2d');
    await shot(page, 'photo3d-depth');
    await page.getByRole('radio', { name: 'Mask' }).check();
    const mask = await pixels(page, '#view2d');
    expect(meanDifference(depth, mask)).toBeGreaterThan(20);
    expect(mask[0]).toBeLessThan(20);
    expect(mask[4 * (160 * 40 + 69)]).toBeGreaterThan(230);
    await page.getByRole('radio', { name: '3D' }).check();
    const canvas = page.locator('#view3d');
    const surface = await resting(canvas);
    await page.getByLabel('Wireframe').check();
    await changed(canvas, surface);
    const coarse = await resting(canvas);
    await shot(page, 'photo3d-wireframe');
    await page.getByLabel('Density').fill('96');
    await changed(canvas, coarse);
    await page.getByLabel('Wireframe').uncheck();
  });

  it('moves the depth limits', async () => {
    await page.getByRole('radio', { name: 'Depth' }).check();
    const before = await pixels(page, '#view2d');
    await page.getByLabel('Farthest').fill('0.5');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBeGreaterThan(2);
    await page.getByLabel('Farthest').fill('0.9');
    await page.getByRole('radio', { name: '3D' }).check();
  });

  it('changes the background', async () => {
    const canvas = page.locator('#view3d');
    const before = await resting(canvas);
    await page.getByLabel('Background').selectOption('color');
    await workDone(page);
    await changed(canvas, before);
    await shot(page, 'photo3d-color');
    await page.getByLabel('Background').selectOption('fill');
    await workDone(page);
    await page.getByLabel('Moving').check();
  });

  it('makes a GIF', async () => {
    const facts = probeFilm(await downloaded(page, 'GIF', 'demo.gif'));
    expect(facts).toMatchObject({ codec: 'gif', height: 480, frames: 40 });
  });

  it('makes a WebM film', async () => {
    const facts = probeFilm(await downloaded(page, 'WebM', 'demo.webm'));
    expect(facts).toMatchObject({ codec: 'vp9', height: 512, frames: 60 });
  });

  it('makes a GLB', async () => {
    const { issues } = await validateGlb(readFileSync(await downloaded(page, 'GLB', 'demo.glb')));
    expect(issues.numErrors + issues.numWarnings).toBe(0);
  });

  it('makes a gray PNG of the depth, 16 bits, near is white', async () => {
    const file = await downloaded(page, 'Depth PNG', 'demo-depth.png');
    expect(probeFilm(file)).toMatchObject({ codec: 'png', width: 512, height: 512 });
    const probe = ['-v', 'error', '-show_entries', 'stream=pix_fmt', '-of', 'csv=p=0', file];
    expect(execFileSync('ffprobe', probe).toString().trim()).toBe('gray16be');
    const raw = ['-v', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'gray16le', '-'];
    const bytes = execFileSync('ffmpeg', raw, { maxBuffer: 1 << 24 });
    const gray = new Uint16Array(bytes.buffer, bytes.byteOffset, 512 * 512);
    const at = (x: number, y: number) => gray[512 * y + x]!;
    const person = gray.filter((value) => value > 0);
    expect([person.reduce((a, b) => Math.min(a, b)), person.reduce((a, b) => Math.max(a, b))]).toEqual([1, 65535]);
    expect(at(20, 20)).toBe(0); // background
    expect(at(400, 420)).toBeGreaterThan(at(224, 120)); // the helmet is nearer than the face
  });

  it('crops around the person', async () => {
    await page.getByRole('radio', { name: '3 : 4' }).check();
    await workDone(page);
    const shape = await page.locator('#view3d').evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.height);
    expect(shape).toBeCloseTo(0.75, 1);
    await shot(page, 'photo3d-crop');
  });

  it('crops to a frame by hand, with the pointer and with keys', async () => {
    await page.getByRole('radio', { name: 'Free' }).check();
    const editor = page.getByRole('group', { name: 'Crop', exact: true }).filter({ has: page.locator('output') });
    await editor.waitFor();
    const size = async () => (await editor.locator('output').innerText()).match(/\d+/g)!.map(Number);
    const [width, height] = await size();
    const edge = (await editor.getByRole('button', { name: 'Right edge' }).boundingBox())!;
    const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y, { steps: 4 });
    await page.mouse.up();
    const [narrower] = await size();
    expect(narrower).toBeLessThan(width!);
    await editor.getByRole('button', { name: 'Lower left corner' }).focus();
    for (let press = 0; press < 5; ++press) await page.keyboard.press('ArrowUp');
    const [sameWidth, lower] = await size();
    expect(sameWidth).toBe(narrower);
    expect(lower).toBeLessThan(height!);
    await editor.getByRole('group', { name: /^Frame/ }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await size()).toEqual([sameWidth, lower]);
    await shot(page, 'photo3d-crop-editor');
    await page.keyboard.press('Enter');
    await workDone(page);
    const shape = await page.locator('#view3d').evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.height);
    expect(shape).toBeCloseTo(sameWidth! / lower!, 1);
    await page.getByRole('button', { name: 'Change' }).click();
    expect(await size()).toEqual([sameWidth, lower]);
    await page.keyboard.press('Escape');
    await editor.waitFor({ state: 'detached' });
  });

  it('takes a photo with the camera', async () => {
    await page.getByRole('button', { name: 'Another photo' }).click();
    await page.getByRole('button', { name: 'Take a photo' }).click();
    await page.locator('dialog video').waitFor();
    await page.waitForFunction(() => {
      const { readyState, HAVE_CURRENT_DATA } = document.querySelector<HTMLVideoElement>('dialog video')!;
      return readyState >= HAVE_CURRENT_DATA;
    });
    await page.getByRole('button', { name: 'Take the photo' }).click();
    await page.locator('#latency').waitFor();
  });

  it('shows the error of a broken file with the next action', async () => {
    const broken = join(output, 'broken.jpg');
    writeFileSync(broken, 'this is no picture');
    await page.getByRole('button', { name: 'Another photo' }).click();
    await chooseFile(page, page.getByRole('button', { name: 'Choose a photo' }), broken);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('broken.jpg is not a picture that this browser can read');
    await shot(page, 'photo3d-broken');
    await chooseFile(page, alert.getByRole('button', { name: 'Choose another photo' }), portrait);
    await page.locator('#latency').waitFor();
  });

  it.each(['chelsea.png', 'coffee.png'])('has a sentence for %s, which shows no face', async (name) => {
    await page.getByRole('button', { name: 'Another photo' }).click();
    await chooseFile(page, page.getByRole('button', { name: 'Choose a photo' }), join(dirname(portrait), name));
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/No (face|person) was found in this picture/);
    expect(await page.locator('#start').isVisible()).toBe(true);
    await shot(page, `photo3d-${name}`);
  });

  it('takes a subject without a face on request', async () => {
    const start = page.getByRole('button', { name: 'Choose a photo' });
    await chooseFile(page, start, join(dirname(portrait), 'chelsea.png'));
    const alert = page.getByRole('alert');
    await alert.getByText('No face was found').waitFor();
    await alert.getByRole('button', { name: 'Use it anyway' }).click();
    await page.locator('#latency').waitFor();
    expect(await alert.count()).toBe(0);
  });

  it('shows an error for a picture without a person', async () => {
    const empty = join(output, 'empty.png');
    const source = ['-f', 'lavfi', '-i', 'color=0x88aabb:s=320x240'];
    execFileSync('ffmpeg', ['-y', '-v', 'error', ...source, '-frames:v', '1', empty]);
    await page.getByRole('button', { name: 'Another photo' }).click();
    await chooseFile(page, page.getByRole('button', { name: 'Choose a photo' }), empty);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('No person was found in this picture');
  });

  it('reports no error', () => expect(complaints).toEqual([]));
});
