import { parentPort } from 'node:worker_threads';
import { createHelper } from '../../core/math/simd/helper.js';

parentPort.on(
  'message',
  createHelper((answer) => parentPort.postMessage(answer)),
);
