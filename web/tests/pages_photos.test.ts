// A visitor's photo on the demos' pages: focus, drops, fingers, and the photo that the browser keeps.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { meanDifference, portrait } from './support/files.js';
import { PHONE, SAMPLE, STILL, dropFile, openDemo, pixels } from './support/pages.js';
import { useSession, type Session } from './support/session.js';

const session = useSession();

/** Path and result of each page. */
const PAGES = [
  ['photo3d/', '#view3d'],
  ['depth/', '#picture'],
  ['relight/', '#picture'],
] as const;

async function openSampleOn(on: Session, path: string, options: Parameters<typeof openDemo>[2] = STILL) {
  const opened = await openDemo(on, path, options);
  await opened.page.getByRole('button', { name: SAMPLE }).click();
  await opened.page.locator('#kept').waitFor();
  return opened;
}

/** A finger that goes from the middle of the element by `x` and `y` and stays there. */
async function slideFinger(page: Page, selector: string, [x, y]: readonly [number, number]): Promise<void> {
  const box = (await page.locator(selector).boundingBox())!;
  const client = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove', share: number) =>
    client.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: [{ x: box.x + box.width / 2 + share * x, y: box.y + box.height / 2 + share * y }],
    });
  await send('touchStart', 0);
  for (let step = 1; step <= 10; ++step) await send('touchMove', step / 10);
}

describe("a visitor's photo", () => {
  it.each(PAGES)('on /%s has the focus after the choice of a sample', async (path, result) => {
    const { page } = await openSampleOn(session, path);
    await page.locator(result).waitFor();
    expect(await page.evaluate(() => `#${document.activeElement?.id}`)).toBe(result);
    await page.context().close();
  });

  it.each(PAGES)('on /%s may be dropped anywhere', async (path, result) => {
    const { page } = await openDemo(session, path, STILL);
    for (const place of ['.foot', '.head']) {
      expect(await dropFile(page, place, portrait)).toBe(true);
      await page.locator('#kept').waitFor();
      expect(await page.locator(result).isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Remove the photo' }).click();
    }
    await page.context().close();
  });

  it.each([
    ['photo3d/', '#view3d', [120, 0]],
    ['relight/', '#picture', [-60, -100]],
  ] as const)('on /%s follows a finger', async (path, result, way) => {
    const { page } = await openSampleOn(session, path, {
      ...PHONE,
      reducedMotion: 'reduce',
      hasTouch: true,
      isMobile: true,
    });
    await page.locator(result).scrollIntoViewIfNeeded();
    const before = await page.locator(result).screenshot();
    const cancelled = page.evaluate(
      (selector) =>
        new Promise((resolve) => {
          document.querySelector(selector)!.addEventListener('pointercancel', () => resolve(true));
          setTimeout(() => resolve(false), 3000);
        }),
      result,
    );
    const scrolled = await page.evaluate(() => scrollY);
    await slideFinger(page, result, way);
    await expect.poll(async () => (await page.locator(result).screenshot()).equals(before)).toBe(false);
    expect(await cancelled).toBe(false); // the browser has not taken the finger for itself
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    await page.context().close();
  });

  it.each(PAGES)('on /%s is there after a reload, and on the way back', async (path, result) => {
    const { page, complaints } = await openSampleOn(session, path);
    await page.reload();
    await page.locator('#kept').waitFor();
    await page.locator(result).waitFor();
    await page.goto(`${session.origin}/site/`);
    await page.goBack();
    await page.locator('#kept').waitFor();
    await page.locator(result).waitFor();
    await page.getByRole('button', { name: 'Remove the photo' }).click();
    await page.locator('#start').waitFor();
    await page.reload();
    await page.locator('#samples button').first().waitFor();
    expect(await page.locator('#busy').isVisible()).toBe(false);
    expect(await page.locator('#start').isVisible()).toBe(true);
    const kept = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('portrait-depth');
          opening.onsuccess = () => {
            const count = opening.result.transaction('photos').objectStore('photos').count();
            count.onsuccess = () => resolve(count.result);
          };
        }),
    );
    expect(kept).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('goes from page to page', async () => {
    const { page } = await openSampleOn(session, 'photo3d/');
    await page.goto(`${session.origin}/site/relight/`);
    await page.locator('#kept').waitFor();
    expect(await page.locator('#picture').isVisible()).toBe(true);
    await page.context().close();
  });

  it.each(PAGES)('on /%s works in a browser without storage', async (path, result) => {
    const { page, complaints } = await openDemo(session, path, STILL);
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('Access is denied.', 'SecurityError');
      };
    });
    await page.reload();
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#panel').waitFor();
    await page.locator('#busy').waitFor({ state: 'hidden' });
    expect(await page.locator(result).isVisible()).toBe(true);
    expect(await page.locator('#kept').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('on the depth map page is shown in depth, and follows the settings', async () => {
    const { page } = await openSampleOn(session, 'depth/');
    const first = await pixels(page, '#picture');
    await page.getByLabel('Mirrored').check();
    await expect.poll(async () => meanDifference(first, await pixels(page, '#picture'))).toBeGreaterThan(5);
    await page.getByLabel('Mirrored').uncheck();
    await expect.poll(async () => meanDifference(first, await pixels(page, '#picture'))).toBeLessThan(1);
    await page.getByLabel('Follow the person').uncheck();
    await page.getByLabel('Farthest').fill('1.2');
    await expect.poll(async () => meanDifference(first, await pixels(page, '#picture'))).toBeGreaterThan(5);
    await page.context().close();
  });
});
