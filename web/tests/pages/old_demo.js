// The work of pages for TensorFlow.js' depth-estimation API: a displaced grid in three.js, and light from a side.

import * as THREE from 'three';

const WIDTH = 192;
const HEIGHT = 256;
const LIMITS = { minDepth: 0.2, maxDepth: 0.9 };
const NO_SURFACE = 0.1;
const DISPLACEMENT = -5;

/** A part of the photo of the astronaut that her face fills: x, y, width, height. */
export const ASTRONAUTS_FACE = [147, 30, 150, 200];

let estimator;
async function estimate(canvas) {
  estimator ??= depthEstimation.createEstimator(depthEstimation.SupportedModels.ARPortraitDepth);
  return (await estimator).estimateDepth(canvas, LIMITS);
}

/** The picture, or a part of it, in the middle of a canvas that it covers. */
async function canvasOf(url, part) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const [left, top, width, height] = part ?? [0, 0, image.width, image.height];
  const scale = Math.max(WIDTH / width, HEIGHT / height);
  const [wide, high] = [WIDTH / scale, HEIGHT / scale];
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, left + (width - wide) / 2, top + (height - high) / 2, wide, high, 0, 0, WIDTH, HEIGHT);
  return canvas;
}

/** The values of the pixels that belong to the person. */
export async function personValues(url, part) {
  const depth = await estimate(await canvasOf(url, part));
  const mask = depth.mask();
  return (await depth.toArray()).flat().filter((_, pixel) => mask[pixel] > 0.9);
}

/** The grid: a vertex for each pixel, no cells where a corner has no surface. */
function gridOf(rows, flat) {
  const positions = [];
  const coordinates = [];
  const indices = [];
  for (let y = 0; y < HEIGHT; ++y)
    for (let x = 0; x < WIDTH; ++x) {
      const value = flat ?? rows[y][x];
      positions.push((x / WIDTH - 0.5) * 3, (0.5 - y / HEIGHT) * 4, DISPLACEMENT * value);
      coordinates.push((x + 0.5) / WIDTH, 1 - (y + 0.5) / HEIGHT);
    }
  for (let y = 0; y + 1 < HEIGHT; ++y)
    for (let x = 0; x + 1 < WIDTH; ++x) {
      const corners = [rows[y][x], rows[y][x + 1], rows[y + 1][x], rows[y + 1][x + 1]];
      if (corners.some((value) => value <= NO_SURFACE)) continue;
      const a = y * WIDTH + x;
      indices.push(a, a + WIDTH, a + 1, a + 1, a + WIDTH, a + WIDTH + 1);
    }
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.Float32BufferAttribute(positions, 3));
  geometry.setAttribute('uv', new THREE.Float32BufferAttribute(coordinates, 2));
  geometry.setIndex(indices);
  return geometry;
}

let renderer;
/** The pixels that a camera at x sees, RGBA, the first row at the top. */
function view(mesh, x, middle) {
  renderer ??= new THREE.WebGLRenderer({ preserveDrawingBuffer: true, antialias: false });
  renderer.setSize(WIDTH * 2, HEIGHT * 2, false);
  renderer.setClearColor(0xff00ff);
  const distance = 5;
  const camera = new THREE.PerspectiveCamera(45, WIDTH / HEIGHT, 0.1, 100);
  camera.position.set(x, 0, middle + distance);
  camera.lookAt(0, 0, middle);
  const scene = new THREE.Scene();
  scene.add(mesh);
  renderer.render(scene, camera);
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH * 2, height: HEIGHT * 2 });
  const context = canvas.getContext('2d');
  context.drawImage(renderer.domElement, 0, 0);
  return { canvas, data: context.getImageData(0, 0, canvas.width, canvas.height).data };
}

const meanDifference = (a, b) => a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;

/**
 * Renders the displaced grid. holes: the share of the head's inner pixels through which the background shows from the
 * front; moved: how much the picture changes with the camera; asFlat: how much a flat grid differs from it.
 */
export async function renderDemo(url) {
  const canvas = await canvasOf(url);
  const depth = await estimate(canvas);
  const rows = await depth.toArray();
  const mask = depth.mask();
  const inside = rows.flat().filter((_, pixel) => mask[pixel] > 0.9);
  const median = inside.sort((a, b) => a - b)[inside.length >> 1];
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  const material = new THREE.MeshBasicMaterial({ map: texture, side: THREE.DoubleSide });
  const mesh = new THREE.Mesh(gridOf(rows), material);
  const flat = new THREE.Mesh(gridOf(rows, median), material);
  const middle = DISPLACEMENT * median;
  const [front, aside, flatAside] = [view(mesh, 0, middle), view(mesh, 0.6, middle), view(flat, 0.6, middle)];
  return {
    front: front.canvas.toDataURL(),
    holes: holesOf(mesh.geometry, rows, mask),
    moved: meanDifference(front.data, aside.data),
    asFlat: meanDifference(aside.data, flatAside.data),
  };
}

/** The share of the person's inner cells, four pixels from the mask's edge, that the grid lacks. */
function holesOf(geometry, rows, mask) {
  const indices = geometry.getIndex().array;
  const present = new Set();
  for (let at = 0; at < indices.length; at += 6) present.add(indices[at]);
  const isInner = (x, y) => {
    for (let j = -4; j <= 5; ++j)
      for (let i = -4; i <= 5; ++i) {
        const [column, row] = [Math.min(Math.max(x + i, 0), WIDTH - 1), Math.min(Math.max(y + j, 0), HEIGHT - 1)];
        if (!(mask[row * WIDTH + column] > 0.9)) return false;
      }
    return true;
  };
  let cells = 0;
  let missing = 0;
  for (let y = 0; y + 1 < HEIGHT; ++y)
    for (let x = 0; x + 1 < WIDTH; ++x) {
      if (!isInner(x, y)) continue;
      ++cells;
      if (!present.has(y * WIDTH + x)) ++missing;
    }
  return cells === 0 ? 1 : missing / cells;
}

/**
 * Lights the face from the left and from the right by the slopes of the canvas' red channel. Each: the mean light of the
 * left half of the face over that of the right half.
 */
export async function relight(url, part) {
  const canvas = await canvasOf(url, part);
  const depth = await estimate(canvas);
  const map = await depth.toCanvasImageSource();
  const { data } = map.getContext('2d').getImageData(0, 0, WIDTH, HEIGHT);
  const step = 4;
  const value = (x, y) => data[4 * (y * WIDTH + x)] / 255;
  const lit = (light) => {
    const sums = [0, 0];
    for (let y = 64; y < 192; y += 2)
      for (let x = 48; x < 144; x += 2) {
        if (value(x, y) <= NO_SURFACE) continue;
        // The surface is z = 5 x value, away from the viewer, over a width of 3 and a height of 4.
        const slopeX = ((value(x + step, y) - value(x - step, y)) * -DISPLACEMENT) / ((2 * step * 3) / WIDTH);
        const slopeY = ((value(x, y + step) - value(x, y - step)) * -DISPLACEMENT) / ((2 * step * 4) / HEIGHT);
        const normal = new THREE.Vector3(slopeX, -slopeY, 1).normalize();
        sums[x < WIDTH / 2 ? 0 : 1] += Math.max(0, normal.dot(light));
      }
    return sums[0] / sums[1];
  };
  return {
    left: lit(new THREE.Vector3(-1, 0, 1).normalize()),
    right: lit(new THREE.Vector3(1, 0, 1).normalize()),
  };
}
