// Chromium for tests outside of web/: by playwright-core of web/, with software for a graphics card.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { chromium } = createRequire(fileURLToPath(new URL('../web/package.json', import.meta.url)))('playwright-core');

export function launchChromium(...flags) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', ...flags],
  });
}
