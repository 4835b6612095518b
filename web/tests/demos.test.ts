// Each page end to end, on a real photo and on a fake camera: what a visitor does, sees and keeps.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openPage } from './support/browser.js';
import { meanDifference, output, portrait, probeFilm, validateGlb } from './support/files.js';
import { useSession } from './support/session.js';

const SAMPLE = 'Eileen Collins, astronaut (NASA)';
const DESKTOP = { viewport: { width: 1280, height: 860 } };
const PHONE = { viewport: { width: 390, height: 844 } };

/** A person who moves sideways, for the browser to take for a camera. */
function fakeCamera(): string {
  const file = join(output, 'camera.mjpeg');
  const filter = "scale=720:720,crop=640:480:'40+40*sin(2*PI*n/40)':20";
  const args = ['-y', '-v', 'error', '-loop', '1', '-r', '20', '-i', portrait, '-t', '4', '-vf', filter];
  execFileSync('ffmpeg', [...args, '-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', file]);
  return file;
}

const session = useSession(() => ({
  flags: [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${fakeCamera()}`,
  ],
}));

const open = (path: string, options = DESKTOP as Parameters<typeof openPage>[2]) =>
  openPage(session.browser, `${session.origin}/site/${path}`, options);

/** The 3D photo page with the sample photo in it. */
async function openSample() {
  const opened = await open('photo3d/');
  await opened.page.getByRole('button', { name: SAMPLE }).click();
  await opened.page.locator('#latency').waitFor();
  return opened;
}

/** Waits until the page has begun to work and is through. */
async function settled(page: Page): Promise<void> {
  await page.locator('#busy').waitFor({ state: 'visible' });
  await page.locator('#busy').waitFor({ state: 'hidden' });
}

const shot = (page: Page, name: string) => page.screenshot({ path: join(output, `${name}.png`) });

/** The canvas' pixels, RGBA. */
async function pixels(page: Page, selector: string): Promise<Uint8Array> {
  const values = await page.locator(selector).evaluate((canvas: HTMLCanvasElement) => {
    const copy = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
    const context = copy.getContext('2d')!;
    context.drawImage(canvas, 0, 0, 160, 120);
    return Array.from(context.getImageData(0, 0, 160, 120).data);
  });
  return Uint8Array.from(values);
}

async function downloaded(page: Page, button: string, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  const file = join(output, name);
  await download.saveAs(file);
  return file;
}

describe('the 3D photo page', () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openSample());
  });
  afterAll(() => page.close());

  it('shows a picture that moves on its own', async () => {
    const stage = page.locator('#stage');
    const first = await stage.screenshot();
    await page.waitForTimeout(450);
    const second = await stage.screenshot();
    await shot(page, 'photo3d');
    expect(first.equals(second)).toBe(false);
  });

  it('turns with the pointer and with the arrow keys when it rests', async () => {
    await page.getByLabel('Moving').uncheck();
    const canvas = page.locator('#view3d');
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForTimeout(1500);
    const before = await canvas.screenshot();
    await page.mouse.move(box.x + 5, box.y + box.height / 2);
    await page.waitForTimeout(1500);
    const turned = await canvas.screenshot();
    expect(before.equals(turned)).toBe(false);
    await canvas.focus();
    for (let press = 0; press < 8; ++press) await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(1500);
    expect((await canvas.screenshot()).equals(turned)).toBe(false);
    await page.getByLabel('Moving').check();
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
    await page.getByLabel('Wireframe').check();
    await page.waitForTimeout(300);
    await shot(page, 'photo3d-wireframe');
    const coarse = await page.locator('#view3d').screenshot();
    await page.getByLabel('Density').fill('96');
    await page.waitForTimeout(300);
    expect((await page.locator('#view3d').screenshot()).equals(coarse)).toBe(false);
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
    const before = await page.locator('#view3d').screenshot();
    await page.getByLabel('Background').selectOption('color');
    await settled(page);
    await page.waitForTimeout(300);
    await shot(page, 'photo3d-colour');
    expect((await page.locator('#view3d').screenshot()).equals(before)).toBe(false);
    await page.getByLabel('Background').selectOption('fill');
    await settled(page);
  });

  it('gives a GIF', async () => {
    const facts = probeFilm(await downloaded(page, 'GIF', 'demo.gif'));
    expect(facts).toMatchObject({ codec: 'gif', height: 480, frames: 40 });
  });

  it('gives a WebM film', async () => {
    const facts = probeFilm(await downloaded(page, 'WebM', 'demo.webm'));
    expect(facts).toMatchObject({ codec: 'vp9', height: 512, frames: 60 });
  });

  it('gives a GLB', async () => {
    const { issues } = await validateGlb(readFileSync(await downloaded(page, 'GLB', 'demo.glb')));
    expect(issues.numErrors + issues.numWarnings).toBe(0);
  });

  it('gives the depth as PNG', async () => {
    expect(probeFilm(await downloaded(page, 'Depth PNG', 'demo-depth.png'))).toMatchObject({
      codec: 'png',
      width: 512,
      height: 512,
    });
  });

  it('crops around the person', async () => {
    await page.getByRole('radio', { name: '3 : 4' }).check();
    await settled(page);
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
    await settled(page);
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
    await page.waitForTimeout(500);
    await page.getByRole('button', { name: 'Take the photo' }).click();
    await page.locator('#latency').waitFor();
  });

  it('says what is wrong with a broken file, and leads on', async () => {
    const broken = join(output, 'broken.jpg');
    writeFileSync(broken, 'this is no picture');
    await page.getByRole('button', { name: 'Another photo' }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a photo' }).click(),
    ]);
    await chooser.setFiles(broken);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('broken.jpg is not a picture that this browser can read');
    await shot(page, 'photo3d-broken');
    const [again] = await Promise.all([
      page.waitForEvent('filechooser'),
      alert.getByRole('button', { name: 'Choose another photo' }).click(),
    ]);
    await again.setFiles(portrait);
    await page.locator('#latency').waitFor();
  });

  it('says when nobody is in the picture', async () => {
    const empty = join(output, 'empty.png');
    execFileSync('ffmpeg', [
      '-y',
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'color=0x88aabb:s=320x240',
      '-frames:v',
      '1',
      empty,
    ]);
    await page.getByRole('button', { name: 'Another photo' }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a photo' }).click(),
    ]);
    await chooser.setFiles(empty);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('No person was found in this picture');
  });

  it('has made no noise', () => expect(complaints).toEqual([]));
});

describe('the 3D photo page in a hurry', () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openSample());
  });
  afterAll(() => page.close());

  /** A picture from the clipboard; of nobody where no address is given. */
  const paste = (address: string | null) =>
    page.evaluate(async (url) => {
      const grey = new OffscreenCanvas(320, 240);
      grey.getContext('2d')!.fillRect(0, 0, 320, 240);
      const blob = url === null ? await grey.convertToBlob() : await (await fetch(url)).blob();
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([blob], 'pasted.png', { type: 'image/png' }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
    }, address);

  it('keeps the depth as it was when the limits come back', async () => {
    await page.getByRole('radio', { name: 'Depth' }).check();
    const before = await pixels(page, '#view2d');
    await page.getByLabel('Farthest').fill('0.5');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBeGreaterThan(2);
    await page.getByLabel('Farthest').fill('0.9');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBe(0);
  });

  it('keeps the photo when the next picture shows nobody', async () => {
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

  it('takes the limits that are moved while a photo is built', async () => {
    await page.getByRole('radio', { name: 'Depth' }).check();
    const before = await pixels(page, '#view2d');
    const farthest = page.getByLabel('Farthest');
    await farthest.fill('0.5');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBeGreaterThan(2);
    const wanted = await pixels(page, '#view2d');
    await farthest.fill('0.9');
    await expect.poll(async () => meanDifference(before, await pixels(page, '#view2d'))).toBe(0);
    await paste('/photos/astronaut.png');
    await page.locator('#busy', { hasText: 'Building' }).waitFor();
    await farthest.fill('0.5');
    await page.waitForTimeout(200);
    await page.locator('#busy').waitFor({ state: 'hidden' });
    await expect.poll(async () => meanDifference(wanted, await pixels(page, '#view2d'))).toBe(0);
    await farthest.fill('0.9');
    await page.getByRole('radio', { name: '3D' }).check();
  });

  it('shows the whole picture to who leaves the crop by hand, whatever the crop was', async () => {
    await page.getByRole('radio', { name: 'Photo', exact: true }).check();
    const width = () => page.locator('#view2d').evaluate((canvas: HTMLCanvasElement) => canvas.width);
    await page.getByRole('radio', { name: '3 : 4' }).check();
    await settled(page);
    expect(await width()).toBe(384);
    await page.getByRole('radio', { name: 'Free' }).check();
    await page.locator('.cropper').waitFor();
    await page.keyboard.press('Escape');
    await settled(page);
    expect(await width()).toBe(512);
    await page.getByRole('button', { name: 'Change' }).click();
    await page.keyboard.press('Escape');
    expect(await page.locator('#busy').isVisible()).toBe(false);
    await page.getByRole('radio', { name: '3D' }).check();
    await page.getByRole('radio', { name: 'Whole' }).check();
    await settled(page);
  });

  it('forgets the trouble with a photo when another one is wanted', async () => {
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
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#latency').waitFor();
  });

  it('leaves the crop by hand when another photo comes', async () => {
    await page.getByRole('radio', { name: 'Free' }).check();
    await page.locator('.cropper').waitFor();
    await paste('/photos/astronaut.png');
    await page.locator('.cropper').waitFor({ state: 'detached' });
    await settled(page);
    await page.getByRole('radio', { name: 'Whole' }).check();
    await settled(page);
  });

  it('starts again in the middle of a rebuild, and of a file', async () => {
    const empty = async () => {
      await page.getByRole('button', { name: 'Another photo' }).click();
      await page.waitForTimeout(1500);
      for (const id of ['start', 'busy', 'views', 'making', 'view3d', 'view2d'])
        expect([id, await page.locator(`#${id}`).isVisible()]).toEqual([id, id === 'start']);
      expect(await page.getByRole('alert').count()).toBe(0);
    };
    await page.getByLabel('Background').selectOption('color');
    await page.locator('#busy').waitFor({ state: 'visible' });
    await empty();
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#latency').waitFor();
    await page.getByRole('button', { name: 'WebM', exact: true }).click();
    await empty();
    expect(await page.locator('#download-hint').innerText()).toBe('Choose a photo first.');
  });

  it('has made no noise', () => expect(complaints).toEqual([]));
});

/** Keeps all camera streams that a page opens in its global `streams`; they take a while to open. */
async function watchCameras(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const streams: MediaStream[] = Object.assign(window, { streams: [] }).streams;
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
      const stream = await open(wishes);
      await new Promise((resolve) => setTimeout(resolve, 300));
      streams.push(stream);
      return stream;
    };
  });
  return () =>
    page.evaluate(() => {
      const { streams } = window as unknown as { streams: MediaStream[] };
      return streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length;
    });
}

describe('the depth map page', () => {
  it('keeps no camera open that it does not show', async () => {
    const { page } = await open('depth/');
    const live = await watchCameras(page);
    await page.evaluate(() => {
      for (let click = 0; click < 2; ++click) document.getElementById('camera')!.click();
    });
    await page.getByText('frames/s').waitFor();
    expect(await live()).toBe(1);
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await live()).toBe(0);
    await page.close();
  });

  it('shows the camera in depth, live', async () => {
    const { page, complaints } = await open('depth/');
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText('frames/s').waitFor();
    await page.waitForTimeout(1000);
    const first = await pixels(page, '#picture');
    await shot(page, 'depth');
    await expect.poll(async () => meanDifference(first, await pixels(page, '#picture'))).toBeGreaterThan(1);
    const colorful = first.some((value, index) => index % 4 === 0 && Math.abs(value - first[index + 2]!) > 100);
    expect(colorful).toBe(true);
    await page.getByRole('radio', { name: 'Over the film' }).check();
    await page.waitForTimeout(600);
    await shot(page, 'depth-over');
    expect(probeFilm(await downloaded(page, 'Save picture', 'saved.png')).codec).toBe('png');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Use the camera' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('plays a film', async () => {
    const film = join(output, 'film.webm');
    const args = [
      '-y',
      '-v',
      'error',
      '-i',
      join(output, 'camera.mjpeg'),
      '-t',
      '2',
      '-c:v',
      'libvpx',
      '-b:v',
      '1M',
      film,
    ];
    execFileSync('ffmpeg', args);
    const { page } = await open('depth/');
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a film' }).click(),
    ]);
    await chooser.setFiles(film);
    await page.getByText('frames/s').waitFor();
    await page.close();
  });

  it('says when there is no camera, and leads on', async () => {
    const blind = await launch('--use-fake-ui-for-media-stream');
    const { page } = await openPage(blind, `${session.origin}/site/depth/`, PHONE);
    await page.getByRole('button', { name: 'Use the camera' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('There is no camera on this device.');
    await alert.getByRole('button', { name: 'Choose a film' }).waitFor();
    await shot(page, 'depth-no-camera');
    await blind.close();
  });
});

describe('the relighting page', () => {
  it('keeps no camera open that it does not show', async () => {
    const { page } = await open('relight/');
    const live = await watchCameras(page);
    await page.getByRole('button', { name: SAMPLE }).waitFor();
    await page.evaluate(() => {
      document.getElementById('camera')!.click();
      document.querySelector<HTMLButtonElement>('#samples button')!.click();
    });
    await page.locator('#picture').waitFor();
    await page.waitForTimeout(500);
    expect(await live()).toBe(0);
    await page.close();
  });

  it('lights a photo from where the pointer is', async () => {
    const { page, complaints } = await open('relight/');
    await page.getByRole('button', { name: SAMPLE }).click();
    const canvas = page.locator('#picture');
    await canvas.waitFor();
    await page.getByLabel('Lights wander').uncheck();
    const box = (await canvas.boundingBox())!;
    const lit = async (x: number) => {
      await page.mouse.move(box.x + box.width * x, box.y + box.height * 0.3);
      await page.waitForTimeout(300);
      return pixels(page, '#picture');
    };
    const [left, right] = [await lit(0.35), await lit(0.65)];
    await shot(page, 'relight');
    expect(meanDifference(left, right)).toBeGreaterThan(1);
    await page.getByLabel('Show the normals').check();
    await page.waitForTimeout(300);
    await shot(page, 'relight-normals');
    expect(meanDifference(right, await pixels(page, '#picture'))).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('lights the camera, live', async () => {
    const { page, complaints } = await open('relight/', { ...PHONE, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText('frames/s').waitFor();
    await shot(page, 'relight-camera');
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('all pages', () => {
  it.each(['', 'photo3d/', 'depth/', 'relight/'])('/%s fits a phone, and names every control', async (path) => {
    const { page, complaints } = await open(path, PHONE);
    await page.waitForTimeout(300);
    const { overflow, nameless, cut } = await page.evaluate(() => ({
      overflow: document.documentElement.scrollWidth - innerWidth,
      cut: ['start', 'stage']
        .map((id) => document.getElementById(id)?.getBoundingClientRect().height ?? 0)
        .reduce((start, stage) => start - stage),
      nameless: [...document.querySelectorAll<HTMLInputElement>('button, input, select, a')]
        .filter(
          (control) => !control.textContent?.trim() && !control.labels?.length && !control.getAttribute('aria-label'),
        )
        .map((control) => control.outerHTML),
    }));
    await shot(page, `phone-${path.replace('/', '') || 'overview'}`);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(cut).toBeLessThanOrEqual(0);
    expect(nameless).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each(['', 'photo3d/', 'depth/', 'relight/'])('/%s works where the browser keeps nothing', async (path) => {
    const { page, complaints } = await open(path);
    await page.addInitScript(() =>
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      }),
    );
    await page.reload();
    const button = page.getByRole('button', { name: 'Switch between light and dark' });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const before = await theme();
    await button.click();
    expect(await theme()).not.toBe(before);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each([
    ['photo3d/', 'Moving'],
    ['relight/', 'Lights wander'],
  ])('/%s stands still for those who want less motion', async (path, name) => {
    for (const reducedMotion of ['reduce', 'no-preference'] as const) {
      const { page } = await open(path, { ...DESKTOP, reducedMotion });
      const isMoving = await page.getByLabel(name).evaluate((input: HTMLInputElement) => input.checked);
      expect(isMoving).toBe(reducedMotion === 'no-preference');
      await page.close();
    }
  });

  it("leave other applications' caches alone, and answer when theirs is full", async () => {
    const { page } = await openPage(session.browser, `${session.origin}/pages/blank.html`);
    await page.evaluate(() => Promise.all(['elsewhere', 'portrait-depth-0'].map((name) => caches.open(name))));
    await page.goto(`${session.origin}/site/`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const names = await page.evaluate(() => caches.keys());
    expect(names).toContain('elsewhere');
    expect(names).not.toContain('portrait-depth-0');
    const [worker] = page.context().serviceWorkers();
    await worker!.evaluate(() => {
      Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    });
    expect(await page.evaluate(async () => (await fetch('/photos/astronaut.png')).status)).toBe(200);
    await page.context().close();
  });

  it('work without a network after the first use', async () => {
    const { page } = await open('photo3d/');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#latency').waitFor();
    await page.context().setOffline(true);
    await page.reload();
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#latency').waitFor();
    for (const [path, title] of [
      ['', 'Portrait Depth'],
      ['depth/', 'Depth'],
      ['relight/index.html', 'Relight'],
    ] as const) {
      await page.goto(`${session.origin}/site/${path}`);
      expect(await page.title()).toContain(title);
    }
    await page.context().close();
  });
});
