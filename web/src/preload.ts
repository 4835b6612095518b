// Estimators that are loaded before they are needed.

import { checkEnvironment } from './environment.js';
import { ARPortraitDepthEstimator } from './estimator.js';
import type { LoadOptions } from './load_options.js';
import { SharedLoad } from './shared_load.js';
import type { ARPortraitDepthModelConfig } from './types.js';

interface Preloaded {
  config: ARPortraitDepthModelConfig;
  load: SharedLoad<ARPortraitDepthEstimator>;
}

const preloaded: Preloaded[] = [];

const settings = ({ onLoadProgress: _, signal: __, ...rest }: ARPortraitDepthModelConfig) => rest;

function isSame(a: ARPortraitDepthModelConfig, b: ARPortraitDepthModelConfig): boolean {
  const [first, second] = [settings(a), settings(b)];
  const names = new Set([...Object.keys(first), ...Object.keys(second)]) as Set<keyof typeof first>;
  return [...names].every((name) => Object.is(first[name], second[name]));
}

const loadOf = ({ config, load }: Preloaded, options: LoadOptions) =>
  load.get((shared) => ARPortraitDepthEstimator.load({ ...config, ...shared }), options);

/**
 * Downloads and starts an estimator: the core, ONNX Runtime and the networks. The next createEstimator with an equal
 * config takes it. Rejects like createEstimator.
 */
export async function preload(config: ARPortraitDepthModelConfig = {}): Promise<void> {
  checkEnvironment();
  let entry = preloaded.find((each) => isSame(each.config, config));
  if (entry === undefined) {
    entry = { config, load: new SharedLoad() };
    preloaded.push(entry);
  }
  try {
    await loadOf(entry, config);
  } catch (error) {
    remove(entry);
    throw error;
  }
}

/** @internal The preloaded estimator of an equal config, or a new one. */
export async function loadEstimator(config: ARPortraitDepthModelConfig): Promise<ARPortraitDepthEstimator> {
  checkEnvironment();
  const entry = preloaded.find((each) => isSame(each.config, config));
  if (entry === undefined) return ARPortraitDepthEstimator.load(config);
  remove(entry);
  return loadOf(entry, config);
}

function remove(entry: Preloaded): void {
  const index = preloaded.indexOf(entry);
  if (index >= 0) preloaded.splice(index, 1);
}
