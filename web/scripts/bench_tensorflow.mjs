// What TensorFlow.js' WebAssembly backend takes for two networks of the size of ours: a U-Net, and a segmentation network
// of inverted residuals. Their weights are random; only the time counts.

const HEAD = `<script src="/tensorflow/tfjs-core/dist/tf-core.min.js"></script>
<script src="/tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>`;
export const TENSORFLOW_PAGE = `<!doctype html><link rel="icon" href="data:,">${HEAD}`;

/** Runs in the page. `depth` and `segmentation` are multiply-adds; gives those that came out, and milliseconds. */
export async function measureTensorFlow({ depth, segmentation, threads }) {
  tf.wasm.setWasmPaths('/tensorflow/tfjs-backend-wasm/wasm-out/');
  tf.wasm.setThreadsCount(threads);
  await tf.setBackend('wasm');

  /** A network as a function of its input, with its convolutions' multiply-adds counted while it runs. */
  let counted = 0;
  const weights = new Map();
  const weight = (name, shape) => {
    if (!weights.has(name)) weights.set(name, tf.keep(tf.randomUniform(shape, -0.05, 0.05)));
    return weights.get(name);
  };
  const forget = () => {
    weights.forEach((tensor) => tensor.dispose());
    weights.clear();
  };
  const conv = (name, x, channels, size = 3, strides = 1, activation = 'relu') => {
    const filter = weight(`${name}.filter`, [size, size, x.shape[3], channels]);
    const bias = weight(`${name}.bias`, [channels]);
    const y = tf.fused.conv2d({ x, filter, strides, pad: 'same', bias, activation });
    counted += y.size * size * size * x.shape[3];
    return y;
  };
  const depthwise = (name, x, strides) => {
    const filter = weight(`${name}.filter`, [3, 3, x.shape[3], 1]);
    const bias = weight(`${name}.bias`, [x.shape[3]]);
    const y = tf.fused.depthwiseConv2d({ x, filter, strides, pad: 'same', bias, activation: 'relu6' });
    counted += y.size * 9;
    return y;
  };
  const larger = (x) => tf.image.resizeBilinear(x, [x.shape[1] * 2, x.shape[2] * 2]);
  const scaled = (channels, width) => Math.max(4, 4 * Math.round((channels * width) / 4));

  const uNet = (name, input, width) => {
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
  };
  const segmenter = (name, input, width) => {
    let x = conv(`${name}.stem`, input, scaled(16, width), 3, 2);
    const skips = [];
    [24, 32, 64, 96].forEach((count, level) => {
      skips.push(x);
      for (const block of [0, 1]) {
        const wide = conv(`${name}.${level}.${block}.wide`, x, 4 * x.shape[3], 1);
        const seen = depthwise(`${name}.${level}.${block}.seen`, wide, block === 0 ? 2 : 1);
        x = conv(`${name}.${level}.${block}.narrow`, seen, scaled(count, width), 1, 1, 'linear');
      }
    });
    skips.reverse().forEach((skip, level) => {
      x = tf.add(conv(`${name}.${level}.fit`, larger(x), skip.shape[3], 1), skip);
      x = depthwise(`${name}.${level}.blend`, x, 1);
    });
    return tf.sigmoid(larger(conv(`${name}.head`, x, 1, 3, 1, 'linear')));
  };

  /** The width whose multiply-adds come nearest to what is wanted; thin networks are run to count them. */
  const sized = (network, shape, wanted) => {
    const countOf = (width) => {
      counted = 0;
      tf.tidy(() => void network(`size ${width}`, tf.zeros(shape), width));
      return counted;
    };
    let [least, most] = [0.05, 4];
    for (let round = 0; round < 9; ++round) {
      const middle = (least + most) / 2;
      if (countOf(middle) < wanted) least = middle;
      else most = middle;
    }
    const multiplyAdds = countOf(most);
    forget();
    return { width: most, multiplyAdds };
  };

  const timed = async (network, shape, width) => {
    const times = [];
    for (let round = 0; round < 25; ++round) {
      const before = performance.now();
      const result = tf.tidy(() => network('timed', tf.zeros(shape), width));
      await result.data();
      result.dispose();
      if (round >= 5) times.push(performance.now() - before);
    }
    return times.sort((a, b) => a - b)[times.length >> 1];
  };
  const measured = async (network, shape, wanted) => {
    const { width, multiplyAdds } = sized(network, shape, wanted);
    const milliseconds = await timed(network, shape, width);
    forget();
    return { multiplyAdds, milliseconds };
  };
  return {
    depth: await measured(uNet, [1, 256, 192, 4], depth),
    segmentation: await measured(segmenter, [1, 256, 256, 3], segmentation),
  };
}
