// Opens pages in Chromium one after the other and leaves each alone. Prints whether each moves on its own, its errors,
// and its number of colors.
import { judgePage, openBrowser, picture, show, viewerTime, watchedPage } from './browser.mjs';

const untilRest = 2.5; // seconds until the camera has reached a view that stands still
const pictures = 4;
const apart = 0.3; // seconds

const { browser, context } = await openBrowser({ viewport: { width: 200, height: 200 } });
const judge = await judgePage(context);
const colors = (png) =>
  judge.evaluate(async (data) => new Set(new Uint32Array((await pixelsOf(data)).buffer)).size, png);

const seen = [];
for (const file of process.argv.slice(2)) {
  const { page, errors, requests } = await watchedPage(context);
  await show(page, file);
  await viewerTime(page, untilRest);
  const taken = [await picture(page)];
  while (taken.length < pictures) {
    await viewerTime(page, apart);
    taken.push(await picture(page));
  }
  seen.push({ moves: taken.some((one) => one !== taken[0]), colors: await colors(taken[0]), errors, requests });
  await page.close();
}
console.log(JSON.stringify(seen));
await browser.close();
