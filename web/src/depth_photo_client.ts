// The worker client that all <depth-photo> elements of a page share: their networks are loaded once.

import {
  createWorkerClient,
  type ARPortraitDepthModelConfig,
  type WorkerClient,
  type WorkerClientOptions,
} from './index.js';

/** Addresses and networks of the shared worker. The first element that loads decides. */
export interface DepthPhotoConfig
  extends WorkerClientOptions, Omit<ARPortraitDepthModelConfig, 'onLoadProgress' | 'signal' | 'gpuDevice'> {}

/** A page without elements keeps the worker for this time. */
const IDLE_MS = 30_000;

let client: WorkerClient | undefined;
let end: ReturnType<typeof setTimeout> | undefined;
const users = new Set<object>();

/** The shared client, or a new one if that has failed. Throws PortraitDepthError. */
export function shareClient(user: object, { workerUrl }: DepthPhotoConfig): WorkerClient {
  clearTimeout(end);
  users.add(user);
  if (client === undefined || client.isEnded) client = createWorkerClient(workerUrl === undefined ? {} : { workerUrl });
  return client;
}

export function leaveClient(user: object): void {
  if (!users.delete(user) || users.size > 0) return;
  end = setTimeout(() => {
    client?.terminate();
    client = undefined;
  }, IDLE_MS);
}
