// The 3D photo page never shows the space beyond the ends of the scene, which goes on beyond the photo's borders: no pixel
// of the view is empty at any place of the pointer and any movement.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import samples from '../../samples/samples.json' with { type: 'json' };
import { animationFrames, openDemo, pasteFile, shot, workDone } from './support/pages.js';
import { useSession } from './support/session.js';

const session = useSession();

/** A small photo has a mesh that is drawn quickly without a GPU. */
const LONGEST_SIDE = 256;
/** Farther from the view's border than that share of its size, an empty pixel is the space beyond the scene. */
const BORDER = 0.012;
/** A small view is drawn quickly without a GPU. */
const SMALL = { viewport: { width: 400, height: 640 }, reducedMotion: 'reduce' } as const;
/** After that time the view has followed the pointer, to a hundredth of the way and less. */
const FOLLOWED_MILLISECONDS = 800;
const PLACES = [0.01, 0.5, 0.99];

/** Pastes a small copy of a sample. */
async function pasteSmall(page: Page, address: string): Promise<void> {
  const file = await page.evaluate(
    async ([url, longest]) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      const scale = longest / Math.max(bitmap.width, bitmap.height);
      const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d')!;
      context.drawImage(bitmap, 0, 0, width, height);
      const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      return Array.from(bytes);
    },
    [address, LONGEST_SIDE] as const,
  );
  await pasteFile(page, Uint8Array.from(file), 'small.png');
}

/** The distance from the view's border to its innermost pixel that is empty, as a share of the view's size. */
const innermost = (page: Page) =>
  page.locator('#view3d').evaluate((canvas: HTMLCanvasElement) => {
    return new Promise<number>((resolve) => {
      requestAnimationFrame(() => {
        const { width, height } = canvas;
        const copy = Object.assign(document.createElement('canvas'), { width, height });
        const context = copy.getContext('2d')!;
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, width, height);
        let share = 0;
        for (let y = 0; y < height; ++y)
          for (let x = 0; x < width; ++x) {
            const at = 4 * (y * width + x);
            if (data[at + 3] === 255) continue;
            const across = (Math.min(x, width - 1 - x) + 1) / width;
            const down = (Math.min(y, height - 1 - y) + 1) / height;
            share = Math.max(share, Math.min(across, down));
          }
        resolve(share);
      });
    });
  });

describe('the border of a 3D photo', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openDemo(session, 'photo3d/', SMALL));
    // The view keeps each frame, so that the test can read it.
    await page.addInitScript(() => {
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
        const kept = kind === 'webgl2' ? { ...options, preserveDrawingBuffer: true } : options;
        return (getContext as (kind: string, options?: object) => unknown).call(this, kind, kept);
      } as typeof getContext;
    });
    await page.reload();
  });
  afterAll(() => page.close());

  /** Moves the pointer over the view's grid; returns the worst share. */
  async function worstOverGrid(): Promise<number> {
    const canvas = page.locator('#view3d');
    await canvas.scrollIntoViewIfNeeded(); // the pointer must reach all of it
    const box = (await canvas.boundingBox())!;
    let worst = 0;
    for (const down of PLACES)
      for (const across of PLACES) {
        await page.mouse.move(box.x + across * box.width, box.y + down * box.height);
        await page.waitForTimeout(FOLLOWED_MILLISECONDS);
        await animationFrames(page, 2);
        worst = Math.max(worst, await innermost(page));
      }
    return worst;
  }

  const photos = samples.filter(({ kind }) => kind === 'photo');
  it.each(photos)('of $title stays outside the view', async ({ file }) => {
    await pasteSmall(page, `/site/samples/${file}`);
    await workDone(page);
    if (file === photos[0]!.file) {
      await page.getByLabel('Movement').fill('2');
    }
    await page.waitForTimeout(400); // the slider settles
    const worst = await worstOverGrid();
    await shot(page, `photo3d-border-${file}`);
    expect(worst).toBeLessThan(BORDER);
  });

  it.each(['sway', 'nod', 'zoom', 'dolly-zoom', 'orbit'])(
    'stays outside the view during the path %s',
    async (preset) => {
      await page.getByLabel('Moving').check();
      await page.getByLabel('Camera').selectOption(preset);
      await page.waitForTimeout(400);
      expect(await worstOverGrid()).toBeLessThan(BORDER);
    },
  );
});
