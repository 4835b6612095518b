// Shared steps of the tests of the demos' pages.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { openPage } from './browser.js';
import { output, portrait } from './files.js';
import { useSession, type Session } from './session.js';

export const SAMPLE = 'Eileen Collins, astronaut (NASA)';
export const DESKTOP = { viewport: { width: 1280, height: 860 } };
/** The 3D photo stands still, so that a machine without a GPU draws few frames. */
export const STILL = { ...DESKTOP, reducedMotion: 'reduce' } as const;
export const PHONE = { viewport: { width: 390, height: 844 } };

type PageOptions = Parameters<typeof openPage>[2];

/** A film of a person who moves sideways, which the browser uses as its camera. */
export function fakeCamera(): string {
  const file = join(output, 'camera.mjpeg');
  const filter = "scale=720:720,crop=640:480:'40+40*sin(2*PI*n/40)':20";
  const args = ['-y', '-v', 'error', '-loop', '1', '-r', '20', '-i', portrait, '-t', '4', '-vf', filter];
  execFileSync('ffmpeg', [...args, '-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', file]);
  return file;
}

/** A session whose browser has a camera. */
export const useCameraSession = (): Session =>
  useSession(() => ({
    flags: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${fakeCamera()}`,
    ],
  }));

export const openDemo = (session: Session, path: string, options: PageOptions = DESKTOP) =>
  openPage(session.browser, `${session.origin}/site/${path}`, options);

/** Chooses the sample on the 3D photo page, and waits until the page shows its 3D photo. */
export async function showSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: SAMPLE }).click();
  await page.locator('#latency').waitFor();
}

/** Waits until the page has begun and ended its work. */
export async function workDone(page: Page): Promise<void> {
  await page.locator('#busy').waitFor({ state: 'visible' });
  await page.locator('#busy').waitFor({ state: 'hidden' });
}

export const shot = (page: Page, name: string) => page.screenshot({ path: join(output, `${name}.png`) });

/** Lets the page draw; a slow machine needs longer for it. */
export const animationFrames = (page: Page, count: number) =>
  page.evaluate(
    (frames) =>
      new Promise<void>((resolve) => {
        const next = (left: number): unknown => (left === 0 ? resolve() : requestAnimationFrame(() => next(left - 1)));
        next(frames);
      }),
    count,
  );

/** The element's screenshot once it shows the same picture before and after some animation frames. */
export async function resting(element: Locator): Promise<Buffer> {
  let before = await element.screenshot();
  await expect
    .poll(
      async () => {
        await animationFrames(element.page(), 5);
        const after = await element.screenshot();
        const isSame = after.equals(before);
        before = after;
        return isSame;
      },
      { timeout: 60_000, interval: 0 },
    )
    .toBe(true);
  return before;
}

/** Waits until the element shows another picture than the given screenshot. */
export const changed = (element: Locator, before: Buffer) =>
  expect.poll(async () => (await element.screenshot()).equals(before), { timeout: 60_000 }).toBe(false);

/** The canvas' pixels at 160 x 120, RGBA. */
export async function pixels(page: Page, selector: string): Promise<Uint8Array> {
  const values = await page.locator(selector).evaluate((canvas: HTMLCanvasElement) => {
    const copy = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
    const context = copy.getContext('2d')!;
    context.drawImage(canvas, 0, 0, 160, 120);
    return Array.from(context.getImageData(0, 0, 160, 120).data);
  });
  return Uint8Array.from(values);
}

/** Presses a button that downloads a file, and keeps the file in the output folder. */
export async function downloaded(page: Page, button: string, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  const file = join(output, name);
  await download.saveAs(file);
  return file;
}

/** Presses a button that opens a file chooser, and chooses the file. */
export async function chooseFile(page: Page, button: Locator, file: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()]);
  await chooser.setFiles(file);
}

/** Drags a file over an element and drops it there; true if the page takes it. */
export const dropFile = (page: Page, selector: string, file: string) =>
  page.evaluate(
    ([target, content]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(content)], 'dropped.png', { type: 'image/png' }));
      const send = (kind: string) => {
        const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
        document.querySelector(target)!.dispatchEvent(event);
        return event.defaultPrevented;
      };
      return send('dragover') && send('drop');
    },
    [selector, Array.from(readFileSync(file))] as const,
  );

/** Pastes a file from the clipboard. */
export const pasteFile = (page: Page, bytes: Uint8Array, name: string, type = 'image/png') =>
  page.evaluate(
    ([content, fileName, fileType]) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([Uint8Array.from(content)], fileName, { type: fileType }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
    },
    [Array.from(bytes), name, type] as const,
  );

/** Cameras of a page: they open when the test releases them. */
export interface WatchedCameras {
  /** Cameras that the page has asked for. */
  requested(): Promise<number>;
  /** Opens all cameras, those of later requests too; returns after the opened ones reached the page. */
  release(): Promise<void>;
  /** Tracks that still record. */
  live(): Promise<number>;
}

export async function watchCameras(page: Page): Promise<WatchedCameras> {
  await page.evaluate(() => {
    const watched = { requested: 0, streams: [] as MediaStream[], release: () => undefined as void };
    const released = new Promise<void>((resolve) => (watched.release = resolve));
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      ++watched.requested;
      const stream = await open(constraints);
      await released;
      watched.streams.push(stream);
      return stream;
    };
    Object.assign(window, { watched });
  });
  type Watched = { watched: { requested: number; streams: MediaStream[]; release(): void } };
  return {
    requested: () => page.evaluate(() => (window as unknown as Watched).watched.requested),
    release: async () => {
      await page.evaluate(() => (window as unknown as Watched).watched.release());
      await page.waitForFunction(() => {
        const { watched } = window as unknown as Watched;
        return watched.streams.length === watched.requested;
      });
    },
    live: () =>
      page.evaluate(() => {
        const { streams } = (window as unknown as Watched).watched;
        return streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length;
      }),
  };
}

/** Reloads the page and counts its calls to workers from then on. */
export async function watchWorkerCalls(
  page: Page,
): Promise<{ click(id: string): Promise<void>; answered(): Promise<void> }> {
  await page.addInitScript(() => {
    const waiting = new Map<string, Worker | MessagePort>();
    const watched = new WeakSet<Worker | MessagePort>();
    const watch = (prototype: Worker | MessagePort) => {
      const { postMessage } = prototype;
      prototype.postMessage = function (this: Worker | MessagePort, ...given: [unknown]) {
        const { id, type } = Object(given[0]) as { id?: string; type?: string };
        const isAnswer = type === 'HANDLER' || type === 'RAW'; // Comlink's types of values
        // A released port is closed: its calls have no answer any more.
        if (type === 'RELEASE') for (const [call, port] of waiting) if (port === this) waiting.delete(call);
        if (id !== undefined && !isAnswer && type !== 'RELEASE') waiting.set(id, this);
        if (!watched.has(this))
          this.addEventListener('message', (event) =>
            waiting.delete((Object((event as MessageEvent).data) as { id: string }).id),
          );
        watched.add(this);
        return postMessage.apply(this, given as never);
      };
    };
    for (const { prototype } of [Worker, MessagePort]) watch(prototype);
    Object.assign(window, { waitingCalls: waiting });
  });
  await page.reload();
  return {
    /** Clicks an element as soon as a call waits for its answer, within the page: from outside, it could be too late. */
    click: (id: string) =>
      page.evaluate(
        (name) =>
          new Promise<void>((resolve) => {
            const click = () => {
              if ((window as unknown as { waitingCalls: Map<string, unknown> }).waitingCalls.size === 0)
                return setTimeout(click);
              document.getElementById(name)!.click();
              return resolve();
            };
            click();
          }),
        id,
      ),
    /** Waits until no call waits for its answer, and the page has drawn since; an answer may lead to another call. */
    answered: async () => {
      for (let times = 0; times < 2; ++times) {
        await page.waitForFunction(
          () => (window as unknown as { waitingCalls: Map<string, unknown> }).waitingCalls.size === 0,
        );
        await animationFrames(page, 5);
      }
    },
  };
}
