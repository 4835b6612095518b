// The Next.js example, as a user builds it: the packed npm package beside Next.js, the page rendered on the server, and
// 3D photo and depth in the browser. `make test-next` runs it; Next.js alone needs 400 MB, so `make test` does without.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { launchChromium } from '../chromium.mjs';

const project = normalize(fileURLToPath(new URL('../..', import.meta.url)));

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

let folder, server, address, browser;

function run(command, args, cwd = folder) {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Puts the package into node_modules as `npm install portrait-depth` does. */
function addPackage() {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`], join(project, 'web')),
  );
  const target = join(folder, 'node_modules/portrait-depth');
  mkdirSync(target);
  run('tar', ['-xzf', packed.filename, '--strip-components=1', '-C', target]);
}

/** Starts the built project on a free port and resolves to its address. */
function started() {
  server = spawn('node_modules/.bin/next', ['start', '-H', '127.0.0.1', '-p', '0'], { cwd: folder, env });
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (text) => {
      output += text;
      const found = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(output);
      if (found && output.includes('Ready')) resolve(found[0]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.on('exit', () => reject(new Error(output)));
  });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portrait-depth-next-'));
  cpSync(join(project, 'examples/next'), folder, { recursive: true });
  mkdirSync(join(folder, 'public'), { recursive: true });
  copyFileSync(join(project, 'samples/person-2.jpg'), join(folder, 'public/anna.jpg'));
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  addPackage();
  run('npm', ['run', 'build']);
  address = await started();
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  server?.kill();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test('the server renders the page without the browser', async () => {
  const html = await (await fetch(address)).text();
  assert.match(html, /<h1>ARPortraitDepth<\/h1>/);
  assert.match(html, /<depth-photo[^>]*src="\/anna\.jpg"/);
});

test('the browser shows the 3D photo and the distance', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(240_000);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('depth-photo').state === 'ready');
  await page.waitForFunction(() => /^\d\.\d\d m$/.test(document.querySelector('output').textContent));
  const metres = parseFloat(await page.textContent('output'));
  assert.ok(metres > 0.4 && metres < 3, `${metres} m`);
  assert.deepEqual(complaints, []);
});
