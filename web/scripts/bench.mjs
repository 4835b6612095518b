// Speeds in Debian's Chromium: `npm run bench`, after `npm run build`. Prints a table.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { chromium } from 'playwright-core';

const web = fileURLToPath(new URL('..', import.meta.url));
const photos = join(web, '../.deps/samples');
const types = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.html': 'text/html',
};

/** What a page must load before its first depth. */
const NEEDED = [
  'portrait-depth.iife.js',
  'assets/ort-wasm-simd-threaded.mjs',
  'assets/ort-wasm-simd-threaded.wasm',
  'assets/portrait_depth_core.wasm',
  'assets/selfie_segmentation.onnx',
  'assets/ar_portrait_depth.onnx',
];

function serve() {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const file = path.startsWith('/photos/') ? join(photos, path.slice(8)) : join(web, 'dist', path);
    const body =
      path === '/'
        ? '<!doctype html><link rel="icon" href="data:,"><script src="/portrait-depth.iife.js"></script>'
        : await readFile(file).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': path === '/' ? 'text/html' : (types[extname(file)] ?? 'application/octet-stream'),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    response.end(body);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Runs in the page. */
async function measure(threads) {
  const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
  const start = performance.now();
  const image = new Image();
  image.src = '/photos/astronaut.png';
  const { createEstimator, createPhoto3D, SupportedModels } = portraitDepth;
  const [estimator] = await Promise.all([
    createEstimator(SupportedModels.ARPortraitDepth, { threads }),
    image.decode(),
  ]);
  const limits = { minDepth: 0.2, maxDepth: 0.9 };
  await estimator.estimateDepth(image, limits);
  const cold = performance.now() - start;

  const timed = async (rounds, work) => {
    const times = [];
    for (let round = 0; round < rounds; ++round) {
      const before = performance.now();
      await work(round);
      times.push(performance.now() - before);
    }
    return median(times);
  };
  const small = new OffscreenCanvas(192, 256);
  small.getContext('2d').drawImage(image, 130, 0, 192, 256, 0, 0, 192, 256);
  const input = small.getContext('2d').getImageData(0, 0, 192, 256);
  for (let round = 0; round < 5; ++round) await estimator.estimateDepth(input, limits);
  const result = { 'first depth after the page is there': cold };
  result['estimateDepth, 192 x 256'] = await timed(30, () => estimator.estimateDepth(input, limits));
  result['estimateDepth, 512 x 512'] = await timed(20, () => estimator.estimateDepth(image, limits));
  const depth = await estimator.estimateDepth(image, limits);
  let photo;
  result['createPhoto3D, 512 x 512'] = await timed(3, async () => {
    photo?.dispose();
    photo = await createPhoto3D(image, depth);
  });
  const path = await photo.cameraPath();
  for (const height of [360, 720]) {
    const size = { width: (height * 16) / 9, height };
    result[`a frame of ${size.width} x ${height}`] = await timed(12, (round) => photo.render(path[round], size));
  }
  result['a GIF of 480 x 480, 40 frames'] = await timed(1, () =>
    photo.toGIF({ width: 480, height: 480, framesPerSecond: 20 }),
  );
  return { result, isolated: crossOriginIsolated };
}

const server = await serve();
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const threads of [1, 2]) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  const { result, isolated } = await page.evaluate(measure, threads);
  console.log(
    `\n${threads} thread${threads > 1 ? 's' : ''} for the networks${isolated ? '' : ' (page is not isolated: 1)'}`,
  );
  for (const [name, milliseconds] of Object.entries(result))
    console.log(`  ${name.padEnd(38)} ${milliseconds.toFixed(1).padStart(9)} ms`);
  await page.context().close();
}
await browser.close();
server.close();

console.log('\nto be downloaded before the first depth');
let sum = 0;
for (const name of NEEDED) {
  const bytes = await readFile(join(web, 'dist', name));
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length;
  sum += packed;
  console.log(`  ${name.padEnd(38)} ${(packed / 1e6).toFixed(2).padStart(9)} MB of ${(bytes.length / 1e6).toFixed(2)}`);
}
console.log(`  ${'all'.padEnd(38)} ${(sum / 1e6).toFixed(2).padStart(9)} MB`);
