import { it } from 'vitest';
import { launch, openPage } from './tests/support/browser.js';
import { startServer } from './tests/support/server.js';
it('shots', async () => {
  const server = await startServer();
  const browser = await launch();
  for (const [name, path] of [
    ['index', ''],
    ['photo3d', 'photo3d/'],
    ['depth', 'depth/'],
    ['relight', 'relight/'],
  ] as const)
    for (const [size, viewport] of [
      ['desktop', { width: 1280, height: 860 }],
      ['phone', { width: 390, height: 844 }],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        if (size === 'phone' && colorScheme === 'dark') continue;
        const { page, complaints } = await openPage(browser, `${server.origin}/site/${path}`, {
          viewport,
          colorScheme,
        });
        await page.waitForTimeout(400);
        await page.screenshot({ path: `tests/output/${name}-${size}-${colorScheme}.png`, fullPage: size === 'phone' });
        console.log(name, size, colorScheme, complaints);
        await page.close();
      }
  await browser.close();
  server.close();
}, 200000);
