// The script of the worker of createWorkerClient.

import { expose } from 'comlink';
import { registerErrors } from './worker_errors.js';
import { host } from './worker_host.js';

registerErrors();
expose(host);
