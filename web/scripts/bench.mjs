// Speeds in Debian's Chromium: `npm run bench`, after `npm run build`. Prints a table.

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { TENSORFLOW_PAGE, compareWithTensorFlow } from './bench_tensorflow.mjs';
import { listDownloads } from './downloads.mjs';

const web = fileURLToPath(new URL('..', import.meta.url));
const project = join(web, '..');
const FOLDERS = { photos: join(project, '.deps/samples'), tensorflow: join(web, 'node_modules/@tensorflow') };
const PAGES = {
  '/': '<!doctype html><link rel="icon" href="data:,"><script src="/portrait-depth.iife.js"></script>',
  '/tensorflow.html': TENSORFLOW_PAGE,
};
const types = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.html': 'text/html',
};

function serve() {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const [, folder, ...rest] = path.split('/');
    const file = FOLDERS[folder] === undefined ? join(web, 'dist', path) : join(FOLDERS[folder], ...rest);
    const body = PAGES[path] ?? (await readFile(file).catch(() => undefined));
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': PAGES[path] === undefined ? (types[extname(file)] ?? 'application/octet-stream') : 'text/html',
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
  for (let round = 0; round < 5; ++round) await estimator.estimateDepth(image, limits);
  const result = { 'first depth after the page is there': cold };
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
  return result;
}

/** Our networks' multiply-adds: of depth, of segmentation. */
function sizes() {
  const files = ['models/ar_portrait_depth.onnx', '.deps/models/selfie_segmentation.onnx'].map((file) =>
    join(project, file),
  );
  const text = execFileSync(
    join(project, '.venv/bin/python'),
    ['-m', 'portrait_depth_training.multiply_adds', ...files],
    { cwd: join(project, 'training') },
  );
  const [depth, segmentation] = text.toString().trim().split('\n').map(Number);
  return { depth, segmentation };
}

const line = (name, milliseconds) => console.log(`  ${name.padEnd(44)} ${milliseconds.toFixed(1).padStart(9)} ms`);
const millions = (count) => `${Math.round(count / 1e6)} million multiply-adds`;

async function onPage(path, work, given) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(origin + path);
  const result = await page.evaluate(work, given);
  await page.context().close();
  return result;
}

const server = await serve();
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const ours = sizes();
for (const threads of [1, 2]) {
  console.log(`\n${threads} thread${threads > 1 ? 's' : ''}`);
  const result = await onPage('/', measure, threads);
  for (const [name, milliseconds] of Object.entries(result)) line(name, milliseconds);
  const { multiplyAdds, milliseconds, ratios } = await onPage('/tensorflow.html', compareWithTensorFlow, {
    ...ours,
    threads,
  });
  line('estimateDepth, 192 x 256', milliseconds.whole);
  line('  our two networks', milliseconds.networks);
  line('  the rest: crop, mask, upsampling, copies', milliseconds.rest);
  console.log(`  TensorFlow.js, WebAssembly (ours: ${millions(ours.depth)}, ${millions(ours.segmentation)})`);
  line(`  a U-Net of ${millions(multiplyAdds.depth)}`, milliseconds.theirDepth);
  line(`  a segmenter of ${millions(multiplyAdds.segmentation)}`, milliseconds.theirSegmenter);
  line('  both', milliseconds.theirs);
  console.log(
    `  our whole estimateDepth takes ${ratios.whole.toFixed(2)} times as long as their two networks,\n` +
      `  our networks alone ${ratios.networks.toFixed(2)} times (medians of the rounds' ratios)`,
  );
}
await browser.close();
server.close();
await listDownloads();
