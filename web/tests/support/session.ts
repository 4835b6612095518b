// A server and a Chromium for the tests of one file, or of one group.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch, openPage } from './browser.js';
import { startServer, type ServerOptions, type TestServer } from './server.js';

export interface Session {
  /** The server's address. */
  origin: string;
  server: TestServer;
  browser: Browser;
}

/** Both exist for the tests and for the hooks that are declared after this call. */
export function useSession(options: () => ServerOptions & { flags?: string[] } = () => ({})): Session {
  const session = {} as Session;
  beforeAll(async () => {
    const { flags = [], ...serving } = options();
    session.server = await startServer(serving);
    session.origin = session.server.origin;
    session.browser = await launch(...flags);
  });
  afterAll(async () => {
    await session.browser?.close();
    session.server?.close();
  });
  return session;
}

/** A blank page of the session, with the astronaut as its global `picture`. */
export async function openPicture(session: Session) {
  const opened = await openPage(session.browser, `${session.origin}/pages/blank.html`);
  await opened.page.evaluate(async () => {
    const image = new Image();
    image.src = '/photos/astronaut.png';
    await image.decode();
    Object.assign(window, { picture: image });
  });
  return opened;
}
