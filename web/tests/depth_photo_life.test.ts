// <depth-photo>: loading, attributes at run time, errors, disposal, accessibility and policies.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ASTRONAUT, addElement, drawn, nextEvents, onElement, openElements, rested } from './support/depth_photos.js';
import { meanDifference } from './support/files.js';
import { startServer } from './support/server.js';
import { useSession } from './support/session.js';

const session = useSession();
const open = (options: Parameters<typeof openElements>[2] = {}) =>
  openElements(session.browser, session.origin, { reducedMotion: 'reduce', ...options });

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The names of the rules that the page breaks, with the parts that break them. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Requests of files whose address ends so. */
function countRequests(page: Page, ending: string): () => number {
  let count = 0;
  page.on('request', (request) => (count += request.url().endsWith(ending) ? 1 : 0));
  return () => count;
}

describe('loading', () => {
  it('waits until the element comes near the window, unless it is eager', async () => {
    const { page, close } = await open();
    const networks = countRequests(page, 'ar_portrait_depth.onnx');
    await page.evaluate(() => (document.querySelector('main')!.style.paddingTop = '5000px'));
    await addElement(page);
    await page.waitForTimeout(1500);
    expect([networks(), await onElement(page, ({ state }) => state)]).toEqual([0, 'idle']);
    await page.locator('depth-photo').scrollIntoViewIfNeeded();
    expect(await nextEvents(page)).toEqual(['ready']);
    await page.evaluate(() => scrollTo(0, 0));
    await addElement(page, { ...ASTRONAUT, loading: 'eager' });
    expect(await nextEvents(page)).toEqual(['ready']);
    await close();
  });

  it('happens once for several elements: they share worker and networks', async () => {
    const { page, close } = await open();
    const counts = ['ar_portrait_depth.onnx', 'ort-wasm-simd-threaded.wasm', 'worker.js'].map((file) =>
      countRequests(page, file),
    );
    for (let index = 0; index < 3; ++index) await addElement(page);
    const events: string[] = [];
    while (events.length < 3) events.push(...(await nextEvents(page)));
    expect(events).toEqual(['ready', 'ready', 'ready']);
    expect(counts.map((count) => count())).toEqual([1, 1, 1]);
    expect(page.workers().filter((worker) => worker.url().endsWith('worker.js'))).toHaveLength(1);
    await close();
  });
});

describe('attributes', () => {
  it('are reflected by properties, also by those that were set before the element was defined', async () => {
    const { page, close } = await open();
    const facts = await page.evaluate(() => {
      const element = document.createElement('depth-photo');
      const usual = {
        ...{ preset: element.preset, strength: element.strength, duration: element.duration, loading: element.loading },
      };
      Object.assign(element, {
        src: 'a.jpg',
        alt: 'A',
        poster: 'p.jpg',
        preset: 'sway',
        strength: 0.5,
        duration: 2,
        loading: 'eager',
      });
      Object.assign(element, { controls: true, downloads: true, paused: true, anySubject: true });
      return {
        usual,
        html: element.outerHTML,
        known: { src: element.src, strength: element.strength, paused: element.paused },
      };
    });
    expect(facts.usual).toEqual({ preset: 'orbit', strength: 1, duration: 4, loading: 'lazy' });
    expect(facts.html).toBe(
      '<depth-photo src="a.jpg" alt="A" poster="p.jpg" preset="sway" strength="0.5" duration="2" loading="eager" controls="" downloads="" paused="" anysubject=""></depth-photo>',
    );
    expect(facts.known).toEqual({ src: 'a.jpg', strength: 0.5, paused: true });
    await page.evaluate(() => {
      const early = document.createElement('depth-photo');
      Object.defineProperty(early, 'preset', { value: 'nod', configurable: true, writable: true, enumerable: true });
      document.querySelector('main')!.append(early);
    });
    expect(await onElement(page, (element) => [element.getAttribute('preset'), element.preset])).toEqual([
      'nod',
      'nod',
    ]);
    await close();
  });

  it('change the photo, the path and the controls at run time', async () => {
    const { page, complaints, close } = await open();
    await addElement(page);
    expect(await nextEvents(page)).toEqual(['ready']);
    await onElement(page, (element) => (element.paused = true));
    await onElement(page, (element) => (element.strength = 8));
    const wide = await rested(page);
    await onElement(page, (element) => (element.strength = 0));
    await expect.poll(async () => meanDifference(wide, await rested(page))).toBeGreaterThan(0.1); // less zoom
    await onElement(page, (element) => (element.preset = 'somersault'));
    expect((await nextEvents(page)).join()).toMatch(/^invalid_argument: .*somersault/);
    expect(await onElement(page, ({ state }) => state)).toBe('ready');
    await onElement(page, (element) => (element.preset = 'sway'));
    const buttons = () => page.locator('depth-photo').getByRole('button').count();
    expect(await buttons()).toBe(0);
    await onElement(page, (element) => (element.controls = true));
    expect(await buttons()).toBe(1);
    await onElement(page, (element) => (element.downloads = true));
    expect(await buttons()).toBe(4);
    await page.getByRole('button', { name: 'Play' }).click();
    expect(await onElement(page, ({ paused }) => paused)).toBe(false);
    await onElement(page, (element) => (element.src = '/photos/chelsea.png'));
    expect((await nextEvents(page)).join()).toMatch(/^no_person: /);
    expect(await page.locator('depth-photo img').getAttribute('src')).toBe('/photos/chelsea.png');
    await onElement(page, (element) => (element.src = '/photos/astronaut.png'));
    expect(await nextEvents(page)).toEqual(['ready']);
    expect(complaints).toEqual([]);
    await close();
  });

  it('may change while the photo is made: the last one counts', async () => {
    const { page, close } = await open();
    await addElement(page, { ...ASTRONAUT, src: '' });
    await onElement(page, (element) => {
      element.loading = 'eager';
      for (const name of ['nothing', 'chelsea', 'astronaut']) element.src = `/photos/${name}.png`;
    });
    expect(await nextEvents(page)).toEqual(['ready']);
    await close();
  });
});

describe('errors', () => {
  /** The event of an element that cannot become ready; its poster must be there. */
  async function failure(page: Page): Promise<string> {
    const [event] = await nextEvents(page);
    const facts = await onElement(page, (element) => ({
      state: element.state,
      photo: element.photo,
      poster: element.shadowRoot!.querySelector('img')!.getAttribute('src'),
      canvas: getComputedStyle(element.shadowRoot!.querySelector('canvas')!).opacity,
      status: element.shadowRoot!.querySelector('[role=status]')!.textContent,
      src: element.src,
    }));
    expect(facts).toMatchObject({ state: 'failed', photo: null, poster: facts.src, canvas: '0' });
    expect(event).toContain(facts.status);
    return event!;
  }

  it.each([
    ['a cup', '/photos/coffee.png', /^no_person: No (person|face) was found/],
    ['a missing photo', '/photos/nothing.jpg', /^not_found: The image could not be loaded .*status 404/],
    ['a file that is no picture', '/package/portrait-depth.js', /^unreadable: /],
  ])('of %s', async (_, src, wanted) => {
    const { page, close } = await open();
    await addElement(page, { ...ASTRONAUT, src });
    expect(await failure(page)).toMatch(wanted);
    await close();
  });

  it('of a browser without WebGL, before anything is downloaded', async () => {
    const hide = () => {
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (
        this: HTMLCanvasElement,
        ...given: Parameters<typeof getContext>
      ) {
        return (given[0] as string) === 'webgl2' ? null : getContext.apply(this, given);
      } as typeof getContext;
    };
    const { page, close } = await open({ before: (page) => page.addInitScript(hide) });
    const networks = countRequests(page, '.onnx');
    await addElement(page);
    expect(await failure(page)).toMatch(/^unsupported: This browser has no WebGL 2/);
    expect(networks()).toBe(0);
    await close();
  });

  it('end with another try', async () => {
    const { page, close } = await open();
    let isThere = false;
    await page.route('**/photos/later.png', (route) =>
      isThere ? route.continue({ url: `${session.origin}/photos/astronaut.png` }) : route.fulfill({ status: 404 }),
    );
    await addElement(page, { ...ASTRONAUT, src: '/photos/later.png' });
    expect(await failure(page)).toMatch(/^not_found: /);
    isThere = true;
    await onElement(page, (element) => element.load());
    expect(await nextEvents(page)).toEqual(['ready']);
    await close();
  });
});

describe('the end of an element', () => {
  it('frees its photo; a move in the page does not', async () => {
    const { page, close } = await open();
    await addElement(page);
    expect(await nextEvents(page)).toEqual(['ready']);
    const moved = await onElement(page, async (element) => {
      const { photo } = element;
      document.body.append(element);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return element.photo === photo && element.state;
    });
    expect(moved).toBe('ready');
    const removed = await onElement(page, async (element) => {
      const { photo3D } = element.photo!;
      element.remove();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const answer = await photo3D.cameraPath().then(
        () => 'no error',
        (error: { code: string }) => error.code,
      );
      document.querySelector('main')!.append(element);
      return [answer, element.photo];
    });
    expect(removed).toEqual(['invalid_argument', null]);
    expect(await nextEvents(page)).toEqual(['ready']); // it came back
    await close();
  });

  it('ends the worker after half a minute without elements', async () => {
    const { page, close } = await open();
    await addElement(page);
    expect(await nextEvents(page)).toEqual(['ready']);
    await page.clock.install();
    const workers = () => page.workers().filter((worker) => worker.url().endsWith('worker.js')).length;
    await page.locator('depth-photo').evaluate((element) => element.remove());
    await page.waitForTimeout(100);
    await page.clock.fastForward(29_000);
    expect(workers()).toBe(1);
    await page.clock.fastForward(2_000);
    await expect.poll(workers).toBe(0);
    await close();
  });

  it('is not the loss of the GPU: the photo is drawn again', async () => {
    const keep = () => {
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (
        this: HTMLCanvasElement,
        ...given: Parameters<typeof getContext>
      ) {
        const context = getContext.apply(this, given);
        if ((given[0] as string) === 'webgl2') Object.assign(window, { gl: context });
        return context;
      } as typeof getContext;
    };
    const { page, close } = await open({ before: (page) => page.addInitScript(keep) });
    await addElement(page);
    expect(await nextEvents(page)).toEqual(['ready']);
    await onElement(page, (element) => (element.strength = 8)); // zooms in
    const before = await rested(page);
    await page.evaluate(async () => {
      const { gl } = window as unknown as { gl: WebGL2RenderingContext };
      const extension = gl.getExtension('WEBGL_lose_context')!;
      extension.loseContext();
      await new Promise((resolve) => setTimeout(resolve, 100));
      extension.restoreContext();
    });
    await page.waitForTimeout(500);
    await onElement(page, (element) => (element.strength = 0)); // draws anew
    await expect.poll(async () => meanDifference(before, (await drawn(page)).data)).toBeGreaterThan(0.1);
    const data = await rested(page);
    expect(data.filter((_, index) => index % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
    await close();
  });
});

describe('accessibility', () => {
  it('has a role, a label, help and a live status, and breaks no rule of axe', async () => {
    const { page, complaints, close } = await open();
    await addElement(page, { ...ASTRONAUT, controls: true, downloads: true, loading: 'eager' });
    await page.getByRole('img', { name: 'Eileen Collins' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await nextEvents(page)).toEqual(['ready']);
    const view = page.getByRole('application', { name: 'Eileen Collins' });
    expect(await view.getAttribute('aria-roledescription')).toBe('3D photo');
    const help = await view.evaluate((element) => {
      const id = element.getAttribute('aria-describedby')!;
      return (element.getRootNode() as ShadowRoot).getElementById(id)!.textContent;
    });
    expect(help).toContain('arrow keys');
    expect(await page.getByRole('status').textContent()).toBe('The 3D photo is ready');
    expect(await violations(page)).toEqual([]);
    await onElement(page, (element) => element.focus());
    expect(await view.evaluate((element) => (element.getRootNode() as ShadowRoot).activeElement === element)).toBe(
      true,
    );
    await page.keyboard.press('Tab');
    expect(
      await page.getByRole('button', { name: 'Pause' }).evaluate((element) => element.matches(':focus-visible')),
    ).toBe(true);
    await onElement(page, (element) => (element.src = '/photos/nothing.png'));
    expect((await nextEvents(page)).join()).toMatch(/^not_found/);
    expect(await violations(page)).toEqual([]);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await close();
  });
});

describe('a strict page', () => {
  it('needs no unsafe-eval, no inline style and no inline script', async () => {
    const policy =
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; img-src 'self' data:";
    const server = await startServer({ headers: { 'Content-Security-Policy': policy } });
    const { page, complaints, close } = await openElements(session.browser, server.origin, { reducedMotion: 'reduce' });
    await addElement(page, { ...ASTRONAUT, controls: true });
    expect(await nextEvents(page)).toEqual(['ready']);
    expect(
      await onElement(page, ({ shadowRoot }) => getComputedStyle(shadowRoot!.querySelector('canvas')!).position),
    ).toBe('absolute');
    expect(complaints).toEqual([]);
    await close();
    server.close();
  });
});
