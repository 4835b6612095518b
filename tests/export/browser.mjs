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

// A page that notes its errors and what it asks the network for.
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

// The canvas, and nothing around it.
export async function picture(page) {
  const { x, y, width, height } = await page.locator('canvas').boundingBox();
  return page.screenshot({ clip: { x, y, width, height } });
}
