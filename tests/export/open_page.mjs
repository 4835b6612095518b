// Opens a page in Chromium from a file, without a network. Takes pictures at rest, led by the mouse to both sides, by keys,
// by tilt and left alone, and prints their differences. Pictures go to the folder of the second argument.
import { writeFileSync } from 'node:fs';
import { judgePage, openBrowser, picture, show, viewerTime, watchedPage } from './browser.mjs';

const [file, folder] = process.argv.slice(2);
const { browser, context } = await openBrowser({ reducedMotion: 'reduce' });
const { page, errors, requests } = await watchedPage(context);
const judge = await judgePage(context);

/** The mean difference of two pictures a channel, 0..255. */
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
const visible = 0.5; // a difference that a viewer notices
const boundMs = 60_000;

/** The difference from a picture once it is visible, or the last one at the bound. */
async function change(from) {
  const end = Date.now() + boundMs;
  let found = 0;
  while (found <= visible && Date.now() < end) {
    await viewerTime(page, 0.1);
    found = await difference(from, await picture(page));
  }
  return found;
}

/** The picture once the camera rests: two pictures a while apart are equal. */
async function rested(name) {
  const end = Date.now() + boundMs;
  let taken = await picture(page);
  for (;;) {
    await viewerTime(page, 0.3);
    const next = await picture(page);
    if (next === taken) break;
    if (Date.now() > end) throw new Error(`the camera does not come to rest: ${name}`);
    taken = next;
  }
  writeFileSync(`${folder}/${name}.png`, Buffer.from(taken, 'base64'));
  return taken;
}

/** The pictures before and after a lead, and their difference. */
async function led(name, before, lead) {
  await lead();
  await change(before);
  const after = await rested(name);
  return { after, difference: await difference(before, after) };
}
const tilt = (gamma) =>
  page.evaluate(
    (angle) => dispatchEvent(new DeviceOrientationEvent('deviceorientation', { beta: 45, gamma: angle })),
    gamma,
  );

await show(page, file);
const rest = await rested('rest');
await viewerTime(page, 2);
const still = await difference(rest, await picture(page));
const left = await led('left', rest, () => page.mouse.move(20, 180));
const right = await led('right', left.after, () => page.mouse.move(460, 180));
const up = await led('up', right.after, async () => {
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
});
const tilted = await led('tilted', up.after, async () => {
  await tilt(0); // the device's posture, from which tilt counts
  await tilt(-10);
});
// Left alone, the camera goes to its path and then along it.
await page.emulateMedia({ reducedMotion: 'no-preference' });
const toPath = await change(tilted.after);
await viewerTime(page, 1);
const alongPath = await change(await picture(page));

console.log(
  JSON.stringify({
    box: await page.locator('canvas').boundingBox(),
    title: await page.title(),
    errors,
    requests,
    still,
    restLeft: left.difference,
    leftRight: right.difference,
    keys: up.difference,
    tilt: tilted.difference,
    alone: Math.min(toPath, alongPath),
  }),
);
await browser.close();
