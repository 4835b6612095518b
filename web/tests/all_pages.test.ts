// All demos' pages: small screens, names of controls, reduced motion, storage, and use without a network.

import { describe, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import { DESKTOP, PHONE, openDemo, shot, showSample } from './support/pages.js';
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

  it('work without a network after the first use', async () => {
    const { page } = await openDemo(session, 'photo3d/');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await showSample(page);
    await page.context().setOffline(true);
    await page.reload();
    await showSample(page);
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
