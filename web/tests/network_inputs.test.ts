// The optional input of depth networks, in ONNX Runtime's WebAssembly build. Runs in Node.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { Network, type Tensor } from '../src/network.js';
import { project } from './support/server.js';

ort.env.wasm.numThreads = 1;

async function networkOf(file: string): Promise<Network> {
  const session = await ort.InferenceSession.create(readFileSync(join(project, file)), {
    executionProviders: ['wasm'],
  });
  const Started = Network as unknown as new (...parts: unknown[]) => Network;
  return new Started('The network', ort, session, { provider: 'wasm' });
}

const picture: Tensor = {
  data: Float32Array.from({ length: 4 * 256 * 192 }, (_, at) => ((at * 7919) % 1000) / 1000),
  dims: [1, 4, 256, 192],
};
const gravity = (...values: number[]): Record<string, Tensor> => ({
  gravity: { data: Float32Array.from(values), dims: [1, 3] },
});

async function reliefOf(network: Network, optional: Record<string, Tensor>): Promise<Float32Array> {
  const { relief } = await network.run(picture, optional);
  return (relief as Tensor).data;
}

describe('a network', () => {
  it.each(['ar_portrait_depth', 'ar_portrait_depth_fast'])('with gravity gets it: %s', async (name) => {
    const network = await networkOf(`models/${name}.onnx`);
    const unknown = await reliefOf(network, gravity(0, 0, 0));
    const up = await reliefOf(network, gravity(0, Math.cos(0.3), -Math.sin(0.3)));
    const down = await reliefOf(network, gravity(0, Math.cos(0.3), Math.sin(0.3)));
    const change = (one: Float32Array, other: Float32Array) =>
      one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length;
    for (const [one, other] of [
      [up, unknown],
      [down, unknown],
      [up, down],
    ] as const)
      expect(change(one, other)).toBeGreaterThan(1e-3);
    await expect(network.run(picture)).rejects.toMatchObject({ code: 'unreadable' });
    network.dispose();
  });

  it('without gravity runs on its picture alone', async () => {
    const network = await networkOf('.deps/models/face_detection_full_range.onnx');
    const face: Tensor = { data: new Float32Array(3 * 192 * 192), dims: [1, 3, 192, 192] };
    const [alone, beside] = [await network.run(face), await network.run(face, gravity(0, 1, 0))];
    expect((beside.scores as Tensor).data).toEqual((alone.scores as Tensor).data);
    await expect(network.run(picture, gravity(0, 1, 0))).rejects.toMatchObject({
      code: 'unreadable',
      message: 'The network does not accept float32 of 1 x 4 x 256 x 192; check the URL of the network.',
    });
    network.dispose();
  });
});
