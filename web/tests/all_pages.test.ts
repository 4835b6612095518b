// All demos' pages: small screens, names of controls, reduced motion, storage, and use without a network.

import { describe, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import { DESKTOP, PHONE, SAMPLE, STILL, openDemo, shot, showSample } from './support/pages.js';
import { useSession } from './support/session.js';

const session = useSession();

describe('all pages', () => {
  it.each(['', 'photo3d/', 'depth/', 'relight/'])('/%s fits a phone, and names every control', async (path) => {
    const { page, complaints } = await openDemo(session, path, PHONE);
    await page.waitForLoadState('networkidle'); // samples and presets are there
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

  it.each(['', 'photo3d/', 'depth/', 'relight/'])('/%s works in a browser without storage', async (path) => {
    const { page, complaints } = await openDemo(session, path);
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
  ])('/%s stands still with reduced motion', async (path, name) => {
    for (const reducedMotion of ['reduce', 'no-preference'] as const) {
      const { page } = await openDemo(session, path, { ...DESKTOP, reducedMotion });
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

  it.each(['photo3d/', 'depth/', 'relight/'])('/%s keeps a strict Content-Security-Policy', async (path) => {
    const { page, complaints } = await openDemo(session, path, STILL);
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';");
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#kept').waitFor();
    expect(complaints).toEqual([]); // a violation is an error of the console
    const isRun = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.isRun = true';
      document.body.append(script);
      return 'isRun' in window;
    });
    expect(isRun).toBe(false);
    expect(complaints.join()).toContain('Content Security Policy');
    await page.context().close();
  });

  it('show a portrait that moves, unless the visitor wants less motion', async () => {
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      const { page, complaints } = await openDemo(session, '', { ...DESKTOP, reducedMotion });
      const film = page.locator('video');
      const time = () => film.evaluate((video: HTMLVideoElement) => video.currentTime);
      const isPaused = () => film.evaluate((video: HTMLVideoElement) => video.paused);
      if (reducedMotion === 'reduce') {
        await page.waitForLoadState('networkidle');
        expect(await isPaused()).toBe(true);
        await page.getByRole('button', { name: 'Play' }).click();
      }
      await expect.poll(time).toBeGreaterThan(0.2);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Play' }).waitFor();
      expect(await isPaused()).toBe(true);
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  it('show the downloads without scrolling', async () => {
    const { page } = await openDemo(session, 'photo3d/', { ...STILL, viewport: { width: 1440, height: 900 } });
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#kept').waitFor();
    for (const button of await page.locator('[data-format]').all()) {
      const box = (await button.boundingBox())!;
      expect(box.y + box.height).toBeLessThan(900);
    }
    await page.context().close();
  });

  it('show the fields of the view', async () => {
    const { page } = await openDemo(session, 'photo3d/', STILL);
    expect(await page.locator('#panel').isVisible()).toBe(false); // there is nothing to set yet
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#kept').waitFor();
    const visible = async (names: string[]) =>
      Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await page.getByLabel(name).isVisible()] as const)),
      );
    const names = ['Density', 'Wireframe', 'Moving', 'Nearest', 'Farthest'];
    const none = { Density: false, Wireframe: false, Moving: false, Nearest: false, Farthest: false };
    expect(await visible(names)).toEqual({ ...none, Wireframe: true, Moving: true });
    await page.getByLabel('Wireframe').check();
    expect(await visible(names)).toEqual({ ...none, Density: true, Wireframe: true, Moving: true });
    await page.getByRole('radio', { name: 'Depth' }).check();
    await expect.poll(() => visible(names)).toEqual({ ...none, Nearest: true, Farthest: true });
    await page.getByRole('radio', { name: 'Mask' }).check();
    await expect.poll(() => visible(names)).toEqual(none);
    await page.context().close();
  });

  it('work without a network after the first use', async () => {
    const { page } = await openDemo(session, 'photo3d/');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await showSample(page);
    await page.locator('#kept').waitFor(); // the photo shows before the browser has stored it
    await page.context().setOffline(true);
    await page.reload();
    await page.locator('#latency').waitFor(); // the browser has kept the photo
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
