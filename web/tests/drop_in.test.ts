// The flow of the pages that were written for TensorFlow.js' depth-estimation API, at the limits that they use: a picture of
// 192 x 256, minDepth 0.2, maxDepth 0.9. Values up to 0.1 are no surface, and the surface is a grid that is displaced by
// -5 x value. Such a page must show a solid head with its changed script URL alone.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import { output } from './support/files.js';
import { project, web } from './support/server.js';
import { useSession } from './support/session.js';

type Part = [x: number, y: number, width: number, height: number];
/** The functions of pages/old_demo.js. */
declare const demo: {
  ASTRONAUTS_FACE: Part;
  personValues(url: string, part?: Part): Promise<number[]>;
  renderDemo(url: string): Promise<{ front: string; holes: number; moved: number; asFlat: number }>;
  relight(url: string, part: Part): Promise<{ left: number; right: number }>;
};

const session = useSession(() => ({
  folders: { three: join(web, 'node_modules/three/build'), samples: join(project, 'samples') },
}));
let page: Page;
let complaints: string[];

beforeAll(async () => {
  ({ page, complaints } = await openPage(session.browser, `${session.origin}/pages/old_demo.html`));
  await page.waitForFunction(() => 'demo' in window);
});

/** Of the person's pixels: the share without surface, and values at some ranks. */
function valuesOf(person: number[]) {
  const sorted = [...person].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return {
    dropped: sorted.filter((value) => value <= 0.1).length / sorted.length,
    farthest: sorted.filter((value) => value >= 0.999).length / sorted.length,
    spread: rank(0.95) - rank(0.05),
    distinct: new Set(sorted.map((value) => Math.round(value * 255))).size,
  };
}

const PICTURES = ['astronaut', 'person-1', 'person-2', 'person-3', 'person-4', 'person-5'] as const;
const addressOf = (name: string) => (name === 'astronaut' ? '/photos/astronaut.png' : `/samples/${name}.jpg`);

describe.each(PICTURES)('the 3D photo demo with %s', (name) => {
  it('has a surface over the whole person, with values spread over the range', async () => {
    const person = await page.evaluate((url) => demo.personValues(url), addressOf(name));
    const facts = valuesOf(person);
    console.log(name, facts);
    expect(person.length).toBeGreaterThan(0.1 * 192 * 256);
    expect(facts.dropped).toBeLessThanOrEqual(0.05);
    expect(facts.farthest).toBeLessThanOrEqual(0.05);
    expect(facts.spread).toBeGreaterThan(0.05);
    expect(facts.distinct).toBeGreaterThan(30);
  });

  it('shows a solid head that turns', async () => {
    const { front, holes, moved, asFlat } = await page.evaluate((url) => demo.renderDemo(url), addressOf(name));
    writeFileSync(join(output, `drop-in-${name}.png`), Buffer.from(front.split(',')[1]!, 'base64'));
    console.log(name, { holes, moved, asFlat });
    expect(holes).toBeLessThanOrEqual(0.01);
    expect(moved).toBeGreaterThan(3); // mean difference of 0..255 between two places of the camera
    expect(asFlat).toBeGreaterThan(1); // and between the relief and a flat grid at the head's depth
  });
});

describe('a page with the camera', () => {
  it('has a surface over a face that fills the frame', async () => {
    const person = await page.evaluate(() => demo.personValues('/photos/astronaut.png', demo.ASTRONAUTS_FACE));
    const facts = valuesOf(person);
    console.log('face', facts);
    expect(facts.dropped).toBeLessThanOrEqual(0.05);
    expect(facts.farthest).toBeLessThanOrEqual(0.05);
    expect(facts.distinct).toBeGreaterThan(20);
  });
});

describe('a page that lights a face anew', () => {
  it('makes the side bright from where the light comes', async () => {
    const { left, right } = await page.evaluate(() => demo.relight('/photos/astronaut.png', demo.ASTRONAUTS_FACE));
    console.log('relight', { left, right });
    // Each: mean brightness of the face's left half over that of its right half.
    expect(left).toBeGreaterThan(1.15);
    expect(right).toBeLessThan(1 / 1.15);
  });
});

it('the page reports no error', () => expect(complaints).toEqual([]));
