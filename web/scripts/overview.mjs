// Makes the film and the pictures of the demos' overview, and the sample film, from the demos themselves: the first sample as
// a 3D photo, in depth, and under new light. Needs the built demos (npm run demos), Chromium and FFmpeg.

import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(web, 'demos/overview');

/** A film for a slow line: half the size of the download's. */
const SMALL_FILM = ['-c:v', 'libvpx-vp9', '-crf', '36', '-b:v', '0', '-cpu-used', '2', '-an'];

/** The upper part of the picture in the shape of the overview's cards. All first samples are square. */
async function saveCard(page, selector, name) {
  const box = await page.locator(selector).boundingBox();
  const side = Math.min(box.width, box.height);
  const clip = { x: box.x + (box.width - side) / 2, y: box.y + (box.height - side) / 2 + 0.04 * side };
  const picture = { type: 'jpeg', quality: 82, clip: { ...clip, width: side, height: (side * 10) / 16 } };
  await page.screenshot({ path: join(folder, name), ...picture });
}

async function openFirstSample(browser, origin, path) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'dark' });
  page.setDefaultTimeout(300_000);
  await page.goto(origin + path);
  await page.locator('#samples button').first().click();
  await page.locator('#kept').waitFor();
  return page;
}

async function saveFilm(page, file, settings) {
  for (const [name, value] of Object.entries(settings)) await page.getByLabel(name).fill(value);
  await page.waitForTimeout(1000); // the settings take effect
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-format=webm]').click()]);
  execFileSync('ffmpeg', ['-y', '-v', 'error', '-i', await download.path(), ...SMALL_FILM, file]);
}

async function makePhoto3d(browser, origin) {
  const page = await openFirstSample(browser, origin, 'photo3d/');
  await saveFilm(page, join(folder, 'portrait.webm'), { Movement: '1.25', 'One round': '3' });
  await page.getByLabel('Camera').selectOption('sway');
  await saveFilm(page, join(web, '../samples/astronaut.webm'), { Movement: '2', 'One round': '4' });
  const firstFrame = ['-frames:v', '1', '-q:v', '4', join(folder, 'portrait.jpg')];
  execFileSync('ffmpeg', ['-y', '-v', 'error', '-i', join(folder, 'portrait.webm'), ...firstFrame]);
  await page.getByLabel('Moving').uncheck();
  await page.getByLabel('Wireframe').check();
  await page.getByLabel('Density').fill('64');
  await hideOverlays(page);
  await saveCard(page, '#view3d', 'photo3d.jpg');
}

/** Labels that lie over the picture. */
async function hideOverlays(page) {
  await page.locator('.badge').evaluateAll((badges) => badges.forEach((badge) => (badge.style.visibility = 'hidden')));
  await page.waitForTimeout(1500);
}

async function makeDepth(browser, origin) {
  const page = await openFirstSample(browser, origin, 'depth/');
  await hideOverlays(page);
  await saveCard(page, '#picture', 'depth.jpg');
}

async function makeRelight(browser, origin) {
  const page = await openFirstSample(browser, origin, 'relight/');
  await page.getByLabel('Lights wander').uncheck();
  await page.getByLabel('own light').fill('0.2');
  await hideOverlays(page);
  await saveCard(page, '#picture', 'relight.jpg');
}

await mkdir(folder, { recursive: true });
const server = await preview({ configFile: join(web, 'demos/vite.config.ts'), preview: { port: 0 } });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
for (const make of [makePhoto3d, makeDepth, makeRelight]) await make(browser, server.resolvedUrls.local[0]);
await browser.close();
await server.close();
