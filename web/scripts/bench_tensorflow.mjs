// Our estimateDepth against TensorFlow.js' WebAssembly backend with two networks of the size of ours: a U-Net, and a
// segmentation network of inverted residuals. The weights are random, because only the time is measured. All run in turn
// on one page, so that a change of the machine's speed changes all.

const HEAD = `<script src="/portrait-depth.iife.js"></script>
<script src="/tensorflow/tfjs-core/dist/tf-core.min.js"></script>
<script src="/tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>`;

/** Convolutions that keep their weights by name, and count their multiply-adds. */
function makeLayers() {
  const weights = new Map();
  const weight = (name, shape) => {
    if (!weights.has(name)) weights.set(name, tf.keep(tf.randomUniform(shape, -0.05, 0.05)));
    return weights.get(name);
  };
  const layers = {
    multiplyAdds: 0,
    conv(name, x, channels, size = 3, strides = 1, activation = 'relu') {
      const filter = weight(`${name}.filter`, [size, size, x.shape[3], channels]);
      const bias = weight(`${name}.bias`, [channels]);
      const y = tf.fused.conv2d({ x, filter, strides, pad: 'same', bias, activation });
      layers.multiplyAdds += y.size * size * size * x.shape[3];
      return y;
    },
    depthwise(name, x, strides) {
      const filter = weight(`${name}.filter`, [3, 3, x.shape[3], 1]);
      const bias = weight(`${name}.bias`, [x.shape[3]]);
      const y = tf.fused.depthwiseConv2d({ x, filter, strides, pad: 'same', bias, activation: 'relu6' });
      layers.multiplyAdds += y.size * 9;
      return y;
    },
    larger: (x) => tf.image.resizeBilinear(x, [x.shape[1] * 2, x.shape[2] * 2]),
    scaled: (channels, width) => Math.max(4, 4 * Math.round((channels * width) / 4)),
    disposeWeights() {
      weights.forEach((tensor) => tensor.dispose());
      weights.clear();
    },
  };
  return layers;
}

function uNet({ conv, larger, scaled }, name, input, width) {
  const channels = [16, 32, 48, 96, 160].map((count) => scaled(count, width));
  let x = conv(`${name}.stem`, input, channels[0], 3, 2);
  const skips = [];
  channels.slice(1).forEach((count, level) => {
    skips.push(x);
    x = conv(`${name}.${level}.down`, x, count, 3, 2);
    x = conv(`${name}.${level}.in`, x, count);
  });
  skips.reverse().forEach((skip, level) => {
    x = tf.concat([larger(x), skip], 3);
    x = conv(`${name}.${level}.up`, x, skip.shape[3]);
  });
  return larger(conv(`${name}.head`, x, 1, 3, 1, 'linear'));
}

function segmenter({ conv, depthwise, larger, scaled }, name, input, width) {
  let x = conv(`${name}.stem`, input, scaled(16, width), 3, 2);
  const skips = [];
  [24, 32, 64, 96].forEach((count, level) => {
    skips.push(x);
    for (const block of [0, 1]) {
      const wide = conv(`${name}.${level}.${block}.wide`, x, 4 * x.shape[3], 1);
      const filtered = depthwise(`${name}.${level}.${block}.filtered`, wide, block === 0 ? 2 : 1);
      x = conv(`${name}.${level}.${block}.narrow`, filtered, scaled(count, width), 1, 1, 'linear');
    }
  });
  skips.reverse().forEach((skip, level) => {
    x = tf.add(conv(`${name}.${level}.fit`, larger(x), skip.shape[3], 1), skip);
    x = depthwise(`${name}.${level}.blend`, x, 1);
  });
  return tf.sigmoid(larger(conv(`${name}.head`, x, 1, 3, 1, 'linear')));
}

/** The width of a network whose multiply-adds are nearest to `wanted`. Networks are run to count them. */
function widthFor(layers, network, shape, wanted) {
  const countOf = (width) => {
    layers.multiplyAdds = 0;
    tf.tidy(() => void network(layers, `size ${width}`, tf.zeros(shape), width));
    return layers.multiplyAdds;
  };
  let [least, most] = [0.05, 4];
  for (let round = 0; round < 9; ++round) {
    const middle = (least + most) / 2;
    if (countOf(middle) < wanted) least = middle;
    else most = middle;
  }
  const multiplyAdds = countOf(most);
  layers.disposeWeights();
  return { width: most, multiplyAdds };
}

/** A network of about that many multiply-adds: their number, and a function that runs it. */
function sizedNetwork(layers, network, name, shape, wanted) {
  const { width, multiplyAdds } = widthFor(layers, network, shape, wanted);
  const run = async () => {
    const result = tf.tidy(() => network(layers, name, tf.zeros(shape), width));
    await result.data();
    result.dispose();
  };
  return { multiplyAdds, run };
}

/** Our estimateDepth as a function; each run adds the milliseconds that its networks take to `networkTimes`. */
async function ourEstimation(threads, networkTimes) {
  const { createEstimator, SupportedModels } = portraitDepth;
  const estimator = await createEstimator(SupportedModels.ARPortraitDepth, { threads });
  // The runtime's module, as the package has it: its sessions are timed.
  const { InferenceSession } = await import('/assets/ort.wasm.min.mjs');
  const { run } = InferenceSession.prototype;
  InferenceSession.prototype.run = async function (...given) {
    const before = performance.now();
    const result = await run.apply(this, given);
    networkTimes.push(performance.now() - before);
    return result;
  };
  const image = new Image();
  image.src = '/photos/astronaut.png';
  await image.decode();
  const small = new OffscreenCanvas(192, 256).getContext('2d');
  small.drawImage(image, 130, 0, 192, 256, 0, 0, 192, 256);
  const input = small.getImageData(0, 0, 192, 256);
  return () => estimator.estimateDepth(input, { minDepth: 0.2, maxDepth: 0.9 });
}

// The functions above run in the page, which has no modules.
const SCRIPT = [makeLayers, uNet, segmenter, widthFor, sizedNetwork, ourEstimation].join('\n');
export const TENSORFLOW_PAGE = `<!doctype html><link rel="icon" href="data:,">${HEAD}<script>${SCRIPT}</script>`;

/**
 * Runs in the page. `depth` and `segmentation` are multiply-adds. Returns their networks' actual ones, medians in
 * milliseconds, and the medians of the ratios of single rounds.
 */
export async function compareWithTensorFlow({ depth, segmentation, threads }) {
  const WARM_UP = 8;
  const ROUNDS = 40;
  tf.wasm.setWasmPaths('/tensorflow/tfjs-backend-wasm/wasm-out/');
  tf.wasm.setThreadsCount(threads);
  await tf.setBackend('wasm');
  const layers = makeLayers();
  const theirDepth = sizedNetwork(layers, uNet, 'depth', [1, 256, 192, 4], depth);
  const theirSegmenter = sizedNetwork(layers, segmenter, 'segmenter', [1, 256, 256, 3], segmentation);
  const networkTimes = [];
  const estimate = await ourEstimation(threads, networkTimes);
  const timed = async (work) => {
    const before = performance.now();
    await work();
    return performance.now() - before;
  };
  const rounds = [];
  for (let round = 0; round < WARM_UP + ROUNDS; ++round) {
    networkTimes.length = 0;
    const times = {
      whole: await timed(estimate),
      theirDepth: await timed(theirDepth.run),
      theirSegmenter: await timed(theirSegmenter.run),
    };
    if (round < WARM_UP) continue;
    const networks = networkTimes.reduce((sum, time) => sum + time, 0);
    rounds.push({ ...times, networks, rest: times.whole - networks, theirs: times.theirDepth + times.theirSegmenter });
  }
  const median = (value) => rounds.map(value).sort((a, b) => a - b)[ROUNDS >> 1];
  return {
    multiplyAdds: { depth: theirDepth.multiplyAdds, segmentation: theirSegmenter.multiplyAdds },
    milliseconds: Object.fromEntries(Object.keys(rounds[0]).map((name) => [name, median((round) => round[name])])),
    ratios: {
      whole: median((round) => round.whole / round.theirs),
      networks: median((round) => round.networks / round.theirs),
    },
  };
}
