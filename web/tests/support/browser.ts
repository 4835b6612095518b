// Debian's Chromium with a software GPU, and pages that record every error.

import { chromium, type Browser, type Page } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export function launch(...flags: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', ...flags],
  });
}

/** The page's errors go into `complaints`. */
export async function openPage(browser: Browser, url: string, options: Parameters<Browser['newPage']>[0] = {}) {
  const page: Page = await browser.newPage({ ...options, acceptDownloads: true });
  page.setDefaultTimeout(240_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}
