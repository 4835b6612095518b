// Chromium as the tests of pages use it: from a file, without a network, with software for a graphics card.
import { pathToFileURL } from 'node:url';
import { load } from './modules.mjs';

export async function openBrowser(options) {
  const { chromium } = (await load('playwright-core')).default;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
  });
  const context = await browser.newContext({ viewport: { width: 480, height: 360 }, offline: true, ...options });
  return { browser, context };
}

// A page that records its errors and its network requests.
export async function watchedPage(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(120000);
  const errors = [];
  const requests = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => /^(blob|data|file):/.test(request.url()) || requests.push(request.url()));
  return { page, errors, requests };
}

export async function show(page, file) {
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('html[data-state="ready"]', { timeout: 60000 });
}

// A page without the page's policy, on which pixelsOf(PNG as base64) returns RGBA bytes: decoded by the browser itself.
export async function judgePage(context) {
  const judge = await context.newPage();
  await judge.evaluate(() => {
    globalThis.pixelsOf = async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const drawing = canvas.getContext('2d');
      drawing.drawImage(image, 0, 0);
      return drawing.getImageData(0, 0, image.width, image.height).data;
    };
  });
  return judge;
}

/** The canvas alone, a PNG as Base64. */
export async function picture(page) {
  const { x, y, width, height } = await page.locator('canvas').boundingBox();
  return (await page.screenshot({ clip: { x, y, width, height } })).toString('base64');
}

// The most time that viewer.js counts for one frame, in seconds.
const longestFrame = 0.1;

/** Waits until so many seconds have passed for the viewer. On a busy machine it draws few frames, and its time is slow. */
export function viewerTime(page, seconds) {
  return page.evaluate(
    ([wanted, most, boundMs]) =>
      new Promise((resolve, reject) => {
        const start = performance.now();
        let passed = 0;
        let before = start;
        const step = (now) => {
          passed += Math.min(most, Math.max(0, (now - before) / 1000));
          before = now;
          if (passed >= wanted) resolve();
          else if (now - start > boundMs) reject(new Error(`the page draws too few frames: ${passed} s in ${boundMs} ms`));
          else requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    [seconds, longestFrame, 120_000],
  );
}
