// <depth-photo>: the photo that turns, its attributes, its events and its life.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraPose } from '../src/index.js';
import { clipFromPhoto, mixPoses } from '../src/webgl_view.js';
import {
  ASTRONAUT,
  addElement,
  drawn,
  nextEvents,
  onElement,
  openElements,
  rested,
  type Attributes,
} from './support/depth_photos.js';
import { meanDifference, output, probeFilm, validateGlb } from './support/files.js';
import { useSession } from './support/session.js';

const session = useSession();
const open = (options: Parameters<typeof openElements>[2] = {}) =>
  openElements(session.browser, session.origin, options);

/** A page with one element whose 3D photo is ready. */
async function openReady(attributes: Attributes = {}, options: Parameters<typeof openElements>[2] = {}) {
  const opened = await open(options);
  await addElement(opened.page, { ...ASTRONAUT, ...attributes });
  expect(await nextEvents(opened.page)).toEqual(['ready']);
  return opened;
}

const still = { reducedMotion: 'reduce' as const };

/** Moves the pointer to a place in the element, -1..1 each. */
async function point(page: Page, x: number, y: number): Promise<void> {
  const box = (await page.locator('depth-photo').first().boundingBox())!;
  await page.mouse.move(box.x + ((x + 1) / 2) * box.width, box.y + ((y + 1) / 2) * box.height);
}

describe('the picture', () => {
  it('is the photo at once, and then the same photo in 3D', async () => {
    const { page, complaints, close } = await open(still);
    await addElement(page, { ...ASTRONAUT, strength: '0' });
    const poster = page.locator('depth-photo img');
    expect(await poster.getAttribute('src')).toBe(ASTRONAUT.src);
    const before = await page.locator('depth-photo').screenshot({ path: join(output, 'depth-photo-poster.png') });
    expect(await nextEvents(page)).toEqual(['ready']);
    await page.waitForTimeout(500); // the canvas fades in
    const after = await page.locator('depth-photo').screenshot({ path: join(output, 'depth-photo-ready.png') });
    const compared = await page.evaluate(
      async (pictures) => {
        const [first, second] = await Promise.all(
          pictures.map(async (base64) => {
            const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
            const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
            context.drawImage(bitmap, 0, 0);
            return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
          }),
        );
        return first!.reduce((sum, value, index) => sum + Math.abs(value - second![index]!), 0) / first!.length;
      },
      [before, after].map((picture) => picture.toString('base64')),
    );
    expect(compared).toBeGreaterThan(0);
    expect(compared).toBeLessThan(3);
    expect(complaints).toEqual([]);
    await close();
  });

  it("is the core's frame", async () => {
    const { page, close } = await openReady({ strength: '0' }, still);
    await onElement(page, ({ style }) => (style.width = '512px')); // no pixel is scaled
    await expect.poll(async () => (await drawn(page)).width).toBe(512);
    const data = await rested(page);
    const frame = await onElement(page, async (element) => {
      const pose = { position: [0, 0, 0], lookAt: [0, 0, 1], up: [0, -1, 0], zoom: 1.002 } as const;
      return Array.from((await element.photo!.photo3D.render(pose, { width: 512, height: 512 })).data);
    });
    expect(meanDifference(data, Uint8Array.from(frame))).toBeLessThan(1);
    await close();
  });

  it('has an own poster if one is given', async () => {
    const { page, close } = await open();
    await addElement(page, { ...ASTRONAUT, poster: '/photos/coffee.png' });
    expect(await page.locator('depth-photo img').getAttribute('src')).toBe('/photos/coffee.png');
    await onElement(page, (element) => (element.poster = ''));
    expect(await page.locator('depth-photo img').getAttribute('src')).toBe(ASTRONAUT.src);
    await close();
  });
});

describe('the movement', () => {
  let page: Page;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ page, close } = await openReady({}, { ...still, hasTouch: true }));
  });
  afterAll(() => close());

  it('follows the pointer, and rests with it', async () => {
    const middle = await rested(page);
    await point(page, 0.9, 0);
    const right = await rested(page);
    await point(page, -0.9, 0);
    const left = await rested(page);
    await point(page, 0, 0);
    expect(meanDifference(left, right)).toBeGreaterThan(5);
    expect(meanDifference(left, middle)).toBeGreaterThan(2);
    expect(meanDifference(await rested(page), middle)).toBe(0);
  });

  it("moves the camera toward the pointer: the picture is the core's frame from there", async () => {
    await point(page, 0.95, 0);
    const data = await rested(page);
    const { frame, pose } = await onElement(page, async (element) => {
      const { stage } = element as unknown as { stage: { motion: { ledPose(): CameraPose } } };
      const led = stage.motion.ledPose();
      const { width, height } = element.shadowRoot!.querySelector('canvas')!;
      const { data } = await element.photo!.photo3D.render(led, { width, height });
      return { frame: Array.from(data), pose: led };
    });
    expect(pose.position[0]).toBeGreaterThan(0.02);
    expect(pose.position[1]).toBeCloseTo(0, 3);
    expect(meanDifference(data, Uint8Array.from(frame))).toBeLessThan(3); // the two scale the textures differently
  });

  it('follows the arrow keys', async () => {
    await point(page, 0, 0);
    const before = await rested(page);
    await page.locator('depth-photo').focus();
    await page.keyboard.press('ArrowRight');
    const right = await rested(page);
    expect(meanDifference(before, right)).toBeGreaterThan(0.5);
    await page.keyboard.press('ArrowLeft');
    expect(meanDifference(await rested(page), before)).toBe(0);
    await page.keyboard.press('ArrowDown');
    expect(meanDifference(await rested(page), before)).toBeGreaterThan(0.5);
  });

  it('follows a finger, which can still scroll the page', async () => {
    await point(page, 0, 0);
    const before = await rested(page);
    const box = (await page.locator('depth-photo').boundingBox())!;
    await page.touchscreen.tap(box.x + 0.9 * box.width, box.y + box.height / 2);
    expect(meanDifference(await rested(page), before)).toBeGreaterThan(0.5);
    const action = await onElement(
      page,
      ({ shadowRoot }) => getComputedStyle(shadowRoot!.querySelector('.view')!).touchAction,
    );
    expect(action).toBe('pan-y');
  });

  it('ignores the tilt of the device where motion is reduced, and follows it elsewhere', async () => {
    const tilt = (gamma: number) =>
      page.evaluate((angle) => {
        for (const each of [0, angle])
          dispatchEvent(new DeviceOrientationEvent('deviceorientation', { alpha: 0, beta: 40, gamma: each }));
      }, gamma);
    await point(page, 0, 0);
    const before = await rested(page);
    await tilt(10);
    expect(meanDifference(await rested(page), before)).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await onElement(page, (element) => (element.paused = true));
    await tilt(20);
    expect(meanDifference(await rested(page), before)).toBeGreaterThan(0.5);
    await onElement(page, (element) => (element.paused = false));
    await page.emulateMedia(still);
  });

  it('goes along the path by itself, unless it is paused or motion is reduced', async () => {
    const moves = async () => {
      const before = (await drawn(page)).data;
      await page.waitForTimeout(700);
      return meanDifference(before, (await drawn(page)).data) > 0.05;
    };
    await rested(page);
    await page.waitForTimeout(3000); // the visitor's turn ends
    expect(await moves()).toBe(false);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await moves()).toBe(true);
    await page.keyboard.press(' ');
    expect(await onElement(page, ({ paused }) => paused)).toBe(true);
    await rested(page);
    expect(await moves()).toBe(false);
    await page.keyboard.press(' ');
    await page.emulateMedia(still);
  });
});

describe("the photo's border", () => {
  it('is outside every view: of the path, of the pointer, and between them', async () => {
    const { page, close } = await openReady({}, still);
    const facts = await onElement(page, async (element) => {
      // The movement that the element uses.
      const { stage } = element as unknown as {
        stage: { motion: { movement: { path: Pose[]; rightmost: Pose } } };
      };
      type Pose = Awaited<ReturnType<NonNullable<typeof element.photo>['photo3D']['cameraPath']>>[number];
      const { photo3D } = element.photo!;
      const mesh = await photo3D.personMesh();
      const texture = await photo3D.personTexture();
      const plane = (await photo3D.backgroundMesh())!;
      const { fx, fy, cx, cy, width, height } = photo3D.intrinsics;
      const points: { point: number[]; side: string }[] = [];
      // The scene goes on beyond the photo by 0.12 of its side, mirrored and stretched more and more.
      const beyond = 0.12 - 1e-4;
      const mirrored = (outwards: number) => (0.11 * outwards) / (1.6 * 0.11 + outwards);
      const inside = (at: number) => (at < 0 ? mirrored(-at) : at > 1 ? 1 - mirrored(at - 1) : at);
      const sides = (positions: Float32Array, isSeen: (u: number, v: number) => boolean) => {
        for (let at = 0; at < positions.length; at += 3) {
          const [x, y, z] = [...positions.subarray(at, at + 3)] as [number, number, number];
          const [u, v] = [((fx * x) / z + cx) / width, ((fy * y) / z + cy) / height];
          if (!isSeen(u, v)) continue;
          for (const [side, isAt] of [
            ['left', u < -beyond],
            ['right', u > 1 + beyond],
            ['top', v < -beyond],
            ['bottom', v > 1 + beyond],
          ] as const)
            if (isAt) points.push({ point: [x, y, z], side });
        }
      };
      const pixel = (at: number, size: number) => Math.min(size - 1, Math.max(0, Math.floor(inside(at) * size)));
      sides(mesh.positions, (u, v) => {
        const at = pixel(v, texture.height) * texture.width + pixel(u, texture.width);
        return texture.data[4 * at + 3]! > 13;
      });
      sides(plane.positions, () => true);
      return { points, intrinsics: photo3D.intrinsics, ...stage.motion.movement };
    });
    await close();
    expect(facts.points.filter(({ side }) => side === 'bottom').length).toBeGreaterThan(10);

    const outwards = { left: [0, -1], right: [0, 1], top: [1, 1], bottom: [1, -1] } as const;
    let nearest = Infinity;
    let shown = 0;
    const reach = facts.rightmost.position[0];
    for (let index = 0; index < 400; ++index) {
      const [angle, length, share] = [index * 2.4, index % 2 === 0 ? 1 : Math.sqrt((index % 20) / 20), (index % 7) / 6];
      const led = {
        ...facts.rightmost,
        position: [reach * length * Math.cos(angle), reach * length * Math.sin(angle), 0] as const,
      };
      const pose = mixPoses(facts.path[(index * 7) % facts.path.length]!, led, share);
      const matrix = clipFromPhoto(pose, facts.intrinsics);
      for (const { point, side } of facts.points) {
        const at = (row: number) =>
          matrix[row]! * point[0]! + matrix[4 + row]! * point[1]! + matrix[8 + row]! * point[2]! + matrix[12 + row]!;
        const [axis, sign] = outwards[side as keyof typeof outwards];
        const place = (sign * at(axis)) / at(3);
        nearest = Math.min(nearest, place);
        shown += place < 1 ? 1 : 0;
      }
    }
    console.log(`nearest point of the border: ${nearest.toFixed(4)} of half the frame`);
    expect(shown).toBe(0);
    expect(nearest).toBeLessThan(1.2); // no more of the photo is cut off than necessary
  });

  it('leaves no transparent pixel in the canvas at any place of the pointer', async () => {
    const { page, close } = await openReady({}, still);
    for (const [x, y] of [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
      [0, -1],
      [0, 1],
      [1, 0],
      [-1, 0],
    ] as const) {
      await point(page, x * 0.99, y * 0.99);
      const data = await rested(page);
      expect([
        x,
        y,
        data.filter((_, index) => index % 4 === 3).reduce((least, alpha) => Math.min(least, alpha), 255),
      ]).toEqual([x, y, 255]);
    }
    await close();
  });
});

describe('the files', () => {
  it('come from the buttons and from the method', async () => {
    const { page, complaints, close } = await openReady({ controls: true, downloads: true, duration: '1' }, still);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'GIF', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('astronaut-3d.gif');
    const file = join(output, 'element.gif');
    await download.saveAs(file);
    const facts = probeFilm(file);
    expect(facts.codec).toBe('gif');
    expect(facts.seconds).toBeCloseTo(1, 1);
    await expect.poll(() => page.locator('depth-photo').getByRole('status').textContent()).toBe('The file is written');
    const glb = await onElement(page, async (element) =>
      Array.from(new Uint8Array(await (await element.file('glb')).arrayBuffer())),
    );
    writeFileSync(join(output, 'element.glb'), Uint8Array.from(glb));
    expect((await validateGlb(Uint8Array.from(glb))).issues.numErrors).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});
