// Opens pages in Chromium one after the other, leaves each alone and says whether it moves on its own, what went wrong,
// and how many colours it shows.
import { judgePage, openBrowser, picture, show, watchedPage } from './browser.mjs';

const settled = 2.5; // seconds until the camera has reached a view that stands still
const longest = 0.1; // seconds that a frame counts for, however long the viewer took for it
const pictures = 4;
const apart = 300;

const { browser, context } = await openBrowser({ viewport: { width: 200, height: 200 } });
const judge = await judgePage(context);
const colours = (png) =>
  judge.evaluate(async (data) => new Set(new Uint32Array((await pixelsOf(data)).buffer)).size, png);

/** Waits as long as the viewer itself counts: on a busy machine its frames are few. */
const settle = (page) =>
  page.evaluate(
    ([wanted, most]) =>
      new Promise((resolve) => {
        let passed = 0;
        let before = performance.now();
        const step = (now) => {
          passed += Math.min(most, Math.max(0, (now - before) / 1000));
          before = now;
          if (passed >= wanted) resolve();
          else requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    [settled, longest],
  );

const seen = [];
for (const file of process.argv.slice(2)) {
  const { page, errors, requests } = await watchedPage(context);
  await show(page, file);
  await settle(page);
  const taken = [];
  for (let i = 0; i < pictures; i++) {
    taken.push((await picture(page)).toString('base64'));
    await page.waitForTimeout(apart);
  }
  seen.push({ moves: taken.some((one) => one !== taken[0]), colours: await colours(taken[0]), errors, requests });
  await page.close();
}
console.log(JSON.stringify(seen));
await browser.close();
