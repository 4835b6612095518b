// The examples for the browser, as a user runs them: the pages are opened as they are, the React project and the worker's
// project are type-checked, built and opened. The npm package must be built (web/dist).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { launchChromium } from '../chromium.mjs';

const project = normalize(fileURLToPath(new URL('../..', import.meta.url)));

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
};
const PORTRAIT = join(project, 'samples/person-1.jpg');

let server, origin, browser, react, worker;

before(async () => {
  react = mkdtempSync(join(tmpdir(), 'portrait-depth-react-'));
  worker = mkdtempSync(join(tmpdir(), 'portrait-depth-worker-'));
  const folders = {
    examples: join(project, 'examples'),
    web: join(project, 'web'),
    samples: join(project, 'samples'),
    react,
    worker,
  };
  server = createServer((request, response) => {
    const [, folder, ...rest] = normalize(new URL(request.url, 'http://localhost').pathname).split('/');
    let file = folders[folder] === undefined ? undefined : join(folders[folder], ...rest);
    if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isDirectory()) file = join(file, 'index.html');
    if (file === undefined || statSync(file, { throwIfNoEntry: false }) === undefined)
      return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    return createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  server?.close();
  for (const folder of [react, worker]) rmSync(folder, { recursive: true, force: true });
});

/** A page and its complaints: errors of scripts and of the console. */
async function open(path) {
  const page = await browser.newPage();
  page.setDefaultTimeout(240_000);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(origin + path);
  return { page, complaints };
}

/** Red, green, blue and alpha of a canvas' pixels. */
function pixelsOf(page, canvas) {
  return page.$eval(canvas, (element) => {
    const { width, height } = element;
    return { width, height, data: Array.from(element.getContext('2d').getImageData(0, 0, width, height).data) };
  });
}

function meanDifference(a, b) {
  assert.equal(a.length, b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;
}

test('the page turns a photo into depth and a 3D photo that follows the pointer', async () => {
  const { page, complaints } = await open('/examples/page/');
  await page.setInputFiles('#file', PORTRAIT);
  await page.waitForFunction(() => document.querySelector('#status').textContent.startsWith('Head at'));
  const depth = await pixelsOf(page, '#depth');
  assert.deepEqual([depth.width, depth.height], [576, 768]);
  const red = depth.data.filter((_, index) => index % 4 === 0);
  const person = red.filter((value) => value > 0);
  assert.ok(
    person.length > 0.1 * red.length && person.length < 0.9 * red.length,
    `${person.length} pixels of a person`,
  );
  assert.ok(new Set(person).size > 20, 'the depth has steps');

  const atRest = await pixelsOf(page, '#scene');
  assert.equal(atRest.height, 480);
  const box = await page.locator('#scene').boundingBox();
  await page.mouse.move(box.x + 0.9 * box.width, box.y + 0.5 * box.height);
  await page.waitForFunction((before) => {
    const { width, height } = document.querySelector('#scene');
    const { data } = document.querySelector('#scene').getContext('2d').getImageData(0, 0, width, height);
    return data.some((value, index) => value !== before[index]);
  }, atRest.data);
  assert.ok(meanDifference(atRest.data, (await pixelsOf(page, '#scene')).data) > 1, 'the view turned');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('the page reports a photo without a person and takes the next one', async () => {
  const { page } = await open('/examples/page/');
  const blank = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(64, 64);
    canvas.getContext('2d').fillRect(0, 0, 64, 64);
    return Array.from(new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer()));
  });
  await page.setInputFiles('#file', { name: 'blank.png', mimeType: 'image/png', buffer: Buffer.from(blank) });
  await page.waitForFunction(() => document.querySelector('#status').textContent.includes('no person'));
  assert.ok(await page.isEnabled('#file'));
  await page.close();
});

/** Type-checks and builds a project of examples/ into a folder. */
function build(name, output) {
  const folder = join(project, 'examples', name);
  const run = (tool, ...options) =>
    execFileSync(process.execPath, [join(folder, 'node_modules', tool), ...options], { cwd: folder, stdio: 'pipe' });
  run('typescript/bin/tsc', '--noEmit');
  run('vite/bin/vite.js', 'build', '--outDir', output, '--emptyOutDir', '--logLevel', 'error');
}

/** Waits until the element's 3D photo moves. */
const elementReady = (page) =>
  page.waitForFunction(() => ['ready', 'failed'].includes(document.querySelector('depth-photo').state));

test('the page with the element shows a 3D photo', async () => {
  const { page, complaints } = await open('/examples/page/depth-photo.html');
  await elementReady(page);
  assert.equal(await page.$eval('depth-photo', ({ state }) => state), 'ready');
  assert.equal(await page.locator('depth-photo').getByRole('button').count(), 4);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('the React project is type-checked, built, and shows a film in place of the photo', async () => {
  build('react', react);
  const { page, complaints } = await open('/react/?photo=/samples/person-1.jpg');
  const image = page.locator('figure img');
  assert.equal(await image.getAttribute('src'), '/samples/person-1.jpg');
  await page.waitForSelector('figure[aria-busy="false"]');
  assert.equal(await page.locator('[role=alert]').count(), 0);
  const film = await image.evaluate(async ({ src }) => {
    const bytes = new Uint8Array(await (await fetch(src)).arrayBuffer());
    return {
      signature: String.fromCharCode(...bytes.slice(0, 6)),
      height: bytes[8] + 256 * bytes[9],
      size: bytes.length,
    };
  });
  assert.equal(film.signature, 'GIF89a');
  assert.equal(film.height, 240);
  assert.ok(film.size > 50_000, `${film.size} bytes`);
  await elementReady(page);
  assert.equal(await page.$eval('depth-photo', ({ state, controls }) => `${state} ${controls}`), 'ready true');
  assert.deepEqual(complaints, []);
  await page.close();
});

test("React's server renders the element without a browser", async () => {
  const folder = join(project, 'examples/react');
  const output = join(react, 'server');
  const options = ['build', '--ssr', 'src/DepthPhoto.tsx', '--outDir', output, '--logLevel', 'error'];
  execFileSync(process.execPath, [join(folder, 'node_modules/vite/bin/vite.js'), ...options], { cwd: folder });
  const code = `import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { DepthPhoto } from ${JSON.stringify(join(output, 'DepthPhoto.js'))};
console.log(renderToString(createElement(DepthPhoto, { src: 'anna.jpg', alt: 'Anna', controls: true })));`;
  symlinkSync(join(folder, 'node_modules'), join(react, 'node_modules'));
  const rendered = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(rendered, '<depth-photo src="anna.jpg" alt="Anna" controls=""></depth-photo>\n');
});

test("the worker's project is type-checked, built, makes a film and cancels one", async () => {
  build('worker', worker);
  const { page, complaints } = await open('/worker/');
  await page.setInputFiles('#file', PORTRAIT);
  await page.waitForFunction(() => document.querySelector('#status').textContent.endsWith('MB'));
  const start = await page.$eval('#film', async ({ src }) => (await (await fetch(src)).text()).slice(0, 6));
  assert.equal(start, 'GIF89a');
  await page.setInputFiles('#file', []);
  await page.setInputFiles('#file', PORTRAIT);
  await page.click('#cancel');
  await page.waitForFunction(() => document.querySelector('#status').textContent.includes('stopped'));
  assert.ok(await page.isEnabled('#file'));
  assert.deepEqual(complaints, []);
  await page.close();
});
