// The color map Turbo, by the polynomials of: A. Mikhailov, R. Du, "Turbo, An Improved Rainbow Colormap for
// Visualization", 2019.

import { PERSON_MASK } from './person.js';

const RED = [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943];
const GREEN = [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604];
const BLUE = [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973];

const evaluate = (polynomial: readonly number[], x: number) =>
  polynomial.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** 256 colors, RGB bytes. */
const TABLE = Uint8ClampedArray.from({ length: 256 * 3 }, (_, index) => {
  const x = Math.floor(index / 3) / 255;
  return 255 * evaluate([RED, GREEN, BLUE][index % 3]!, x);
});

/** Depth values 0..1 in colors, near is warm. Pixels outside the mask have the color `outside` (RGB). */
export function paintDepth(
  values: Float32Array,
  mask: Float32Array,
  width: number,
  height: number,
  outside: readonly [number, number, number],
): ImageData {
  const image = new ImageData(width, height);
  const { data } = image;
  for (let pixel = 0; pixel < values.length; ++pixel) {
    const color = 3 * Math.round(255 * (1 - values[pixel]!));
    const cover = mask[pixel]! >= PERSON_MASK ? 1 : 0;
    for (let channel = 0; channel < 3; ++channel)
      data[4 * pixel + channel] = cover ? TABLE[color + channel]! : outside[channel]!;
    data[4 * pixel + 3] = 255;
  }
  return image;
}
