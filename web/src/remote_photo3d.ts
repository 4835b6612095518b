// A 3D photo that lives in the worker.

import type { FilmOptions } from './film_options.js';
import type { Photo3D } from './photo3d_types.js';
import type { RemoteObject } from './remote_object.js';
import type { Intrinsics } from './types.js';
import { withCallbacks, withoutCallbacks } from './worker_callbacks.js';
import type { RemotePhoto3D } from './worker_host.js';

/** The methods of a 3D photo in the worker. */
export function remotePhoto3D(photo: RemoteObject<RemotePhoto3D>, intrinsics: Intrinsics): Photo3D {
  const file = async (kind: 'toGIF' | 'toWebM' | 'toGLB', options: FilmOptions) => {
    const sent = withoutCallbacks(options);
    return withCallbacks(options, (progress) => photo.call((remote) => remote[kind](sent, progress)));
  };
  return {
    width: intrinsics.width,
    height: intrinsics.height,
    intrinsics,
    cameraPath: async (options = {}) => {
      const sent = withoutCallbacks(options);
      return photo.call((remote) => remote.cameraPath(sent));
    },
    limitPath: (poses) => photo.call((remote) => remote.limitPath(poses)),
    personMesh: async () => (await photo.call((remote) => remote.mesh(false)))!,
    backgroundMesh: () => photo.call((remote) => remote.mesh(true)),
    personTexture: async () => (await photo.call((remote) => remote.texture(false)))!,
    backgroundTexture: () => photo.call((remote) => remote.texture(true)),
    render: async (pose, size = {}) => {
      const sent = withoutCallbacks(size);
      return photo.call((remote) => remote.render(pose, sent));
    },
    toGIF: (options = {}) => file('toGIF', options),
    toWebM: (options = {}) => file('toWebM', options),
    toGLB: (options = {}) => file('toGLB', options),
    dispose: () => photo.dispose(),
  };
}
