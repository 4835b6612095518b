// Opens a page in Chromium as a reader would, from a file, without a network: takes pictures at rest, led by the mouse to
// both sides, by touch, by tilt and left alone; prints how they differ. Pictures go to the folder of the second argument.
import { writeFileSync } from 'node:fs';
import { judgePage, openBrowser, picture as pictureOf, show, watchedPage } from './browser.mjs';

const [file, folder] = process.argv.slice(2);
const { browser, context } = await openBrowser({ reducedMotion: 'reduce' });
const { page, errors, requests } = await watchedPage(context);

async function picture(name) {
  const png = await pictureOf(page);
  writeFileSync(`${folder}/${name}.png`, png);
  return png.toString('base64');
}
// Mean difference of two pictures a channel, 0..255.
const judge = await judgePage(context);
const difference = (a, b) =>
  judge.evaluate(
    async ([first, second]) => {
      const [one, two] = await Promise.all([pixelsOf(first), pixelsOf(second)]);
      let sum = 0;
      for (let i = 0; i < one.length; i++) sum += Math.abs(one[i] - two[i]);
      return (sum / one.length) * (4 / 3);
    },
    [a, b],
  );
const settle = () => page.waitForTimeout(1200);

await show(page, file);
await settle();
const rest = await picture('rest');
await settle();
const still = await picture('still');
await page.mouse.move(20, 180);
await settle();
const left = await picture('left');
await page.mouse.move(460, 180);
await settle();
const right = await picture('right');
await page.keyboard.press('ArrowUp');
await page.keyboard.press('ArrowUp');
await settle();
const up = await picture('up');
await page.waitForTimeout(2500);
await page.evaluate(() => dispatchEvent(new DeviceOrientationEvent('deviceorientation', { beta: 45, gamma: 0 })));
await page.evaluate(() => dispatchEvent(new DeviceOrientationEvent('deviceorientation', { beta: 45, gamma: -10 })));
await settle();
const tilted = await picture('tilted');
await page.emulateMedia({ reducedMotion: 'no-preference' });
await page.waitForTimeout(4000);
const alone = await picture('alone-1');
await page.waitForTimeout(500);
const later = await picture('alone-2');

console.log(
  JSON.stringify({
    box: await page.locator('canvas').boundingBox(),
    title: await page.title(),
    errors,
    requests,
    still: await difference(rest, still),
    leftRight: await difference(left, right),
    restLeft: await difference(rest, left),
    keys: await difference(right, up),
    tilt: await difference(up, tilted),
    alone: await difference(alone, later),
  }),
);
await browser.close();
