// Pages with <depth-photo> elements.

import type { Browser, Page } from 'playwright-core';
import type { DepthPhotoElement } from '../../src/depth_photo.js';
import { openPage } from './browser.js';

/** Attributes of an element; true for one without a value. */
export type Attributes = Record<string, string | true>;

export const ASTRONAUT: Attributes = { src: '/photos/astronaut.png', alt: 'Eileen Collins' };

type Options = Parameters<typeof openPage>[2] & { before?: (page: Page) => Promise<unknown> };

/** A page whose script has defined the element. `before` runs before the page's scripts. */
export async function openElements(browser: Browser, origin: string, { before, ...options }: Options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await before?.(page);
  await page.goto(`${origin}/pages/depth_photo.html`);
  await page.evaluate(() => customElements.whenDefined('depth-photo'));
  return { page, complaints, close: () => context.close() };
}

/** Adds an element to the page, whose events are kept in `events` of the page. */
export const addElement = (page: Page, attributes: Attributes = ASTRONAUT) =>
  page.evaluate((given) => {
    const element = document.createElement('depth-photo');
    for (const [name, value] of Object.entries(given)) element.setAttribute(name, value === true ? '' : value);
    element.style.width = '200px'; // small, because the tests' GPU is a program
    const kept = ((window as unknown as { events?: string[] }).events ??= []);
    element.addEventListener('ready', () => kept.push('ready'));
    element.addEventListener('error', (event) => {
      const { error } = event as ErrorEvent;
      kept.push(`${(error as { code?: string }).code}: ${(error as Error).message}`);
    });
    document.querySelector('main')!.append(element);
  }, attributes);

/** The events of all elements since the last call, once there is one. */
export async function nextEvents(page: Page): Promise<string[]> {
  type Kept = { events?: string[] };
  await page.waitForFunction(() => ((window as unknown as Kept).events ?? []).length > 0);
  return page.evaluate(() => (window as unknown as Kept).events!.splice(0));
}

/** Evaluates a function of the page's first element. */
export const onElement = <T>(page: Page, work: (element: DepthPhotoElement) => T | Promise<T>): Promise<T> =>
  page
    .locator('depth-photo')
    .first()
    .evaluate(work as never) as Promise<T>;

/** The element's canvas, as it is drawn now: RGBA. */
export async function drawn(page: Page): Promise<{ width: number; height: number; data: Uint8Array }> {
  const { width, height, data } = await onElement(page, (element) => {
    const canvas = element.shadowRoot!.querySelector('canvas')!;
    const image = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (const byte of image.data) text += String.fromCharCode(byte);
    return { width: canvas.width, height: canvas.height, data: btoa(text) };
  });
  return { width, height, data: new Uint8Array(Buffer.from(data, 'base64')) };
}

/** Draws frames until the view rests. */
export async function rested(page: Page): Promise<Uint8Array> {
  let before = (await drawn(page)).data;
  for (;;) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.waitForTimeout(150);
    const after = (await drawn(page)).data;
    if (Buffer.from(after).equals(Buffer.from(before))) return after;
    before = after;
  }
}
