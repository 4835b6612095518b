// The demos' pages on a slow line: the photo shows at once, the page shows what loads and how much, and loading can be ended.

import { describe, expect, it } from 'vitest';
import samples from '../../samples/samples.json' with { type: 'json' };
import { SAMPLE, STILL, openDemo } from './support/pages.js';
import { useSession } from './support/session.js';

/** Bytes. */
const LARGEST_THUMBNAIL = 10_000;
const NETWORK = 'ar_portrait_depth';
const FIRST_PICTURE = [
  ['photo3d/', '#view2d', '#view3d'],
  ['depth/', '#picture', '#picture'],
  ['relight/', '#photo', '#picture'],
] as const;

describe('the pages on a slow line', () => {
  let bytesPerSecond = Infinity;
  const isNetwork = (path: string) => path.includes(NETWORK);
  const session = useSession(() => ({
    bytesPerSecond: (path) => (isNetwork(path) ? bytesPerSecond : Infinity),
  }));

  it.each(FIRST_PICTURE)('/%s loads the networks before a photo is chosen', async (path) => {
    const from = session.server.requests.length;
    const { page } = await openDemo(session, path);
    await expect.poll(() => session.server.requests.slice(from).some(isNetwork)).toBe(true);
    await page.context().close();
  });

  it.each(FIRST_PICTURE)('/%s shows the photo and the progress, and ends on request', async (path, photo, result) => {
    bytesPerSecond = 300_000;
    const { page, complaints } = await openDemo(session, path, { ...STILL, serviceWorkers: 'block' });
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator(photo).waitFor();
    expect(await page.locator(photo).evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(512);
    const detail = page.locator('#loading-detail');
    await detail.getByText('Depth network').waitFor();
    const megabytes = async () =>
      (await detail.innerText())
        .match(/([\d.]+) of ([\d.]+) MB/)!
        .slice(1)
        .map(Number);
    const [before, total] = (await megabytes()) as [number, number];
    expect(total).toBeGreaterThan(3); // the network has 3.2 MB
    expect(before).toBeLessThan(total);
    await expect.poll(async () => (await megabytes())[0]).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#start').waitFor();
    expect(await page.locator('#busy').isVisible()).toBe(false);
    await expect.poll(session.server.sending).toBe(0);
    bytesPerSecond = Infinity;
    await page.getByRole('button', { name: SAMPLE }).click();
    await page.locator('#kept').waitFor();
    expect(await page.locator(result).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each(FIRST_PICTURE)('/%s loads small pictures of the samples only', async (path) => {
    const from = session.server.requests.length;
    const { page } = await openDemo(session, path);
    await page.locator('#samples img').last().waitFor();
    await page.waitForLoadState('networkidle');
    const sizes = await page
      .locator('#samples img')
      .evaluateAll((images: HTMLImageElement[]) =>
        Promise.all(images.map(async ({ src }) => (await (await fetch(src)).blob()).size)),
      );
    expect(Math.max(...sizes)).toBeLessThan(LARGEST_THUMBNAIL);
    const requested = session.server.requests.slice(from);
    for (const { file } of samples) expect(requested).not.toContain(`/site/samples/${file}`);
    await page.context().close();
  });
});
