// Times of networks of the relief contract in onnxruntime-web on one thread, in Node.js:
//   node web/scripts/time_networks.mjs FILE.onnx...
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-web';

const ROUNDS = 40;
ort.env.wasm.numThreads = 1;
if (process.argv.length < 3) {
  console.error('time_networks: name at least one .onnx file');
  process.exit(2);
}
for (const path of process.argv.slice(2)) {
  const session = await ort.InferenceSession.create(await readFile(path), {
    executionProviders: ['wasm'],
  });
  const input = new ort.Tensor('float32', new Float32Array(4 * 256 * 192), [1, 4, 256, 192]);
  const gravity = new ort.Tensor('float32', new Float32Array(3), [1, 3]);
  const inputs = session.inputNames.includes('gravity') ? { input, gravity } : { input };
  const times = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const start = performance.now();
    await session.run(inputs);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`${path}: ${times[ROUNDS / 2].toFixed(1)} ms`);
  await session.release();
}
