import { parentPort } from 'node:worker_threads';
import { helpStage } from '../../core/schema/staging/stageHelper';
import type { RangeRequest } from '../../core/schema/staging/stageInParallel';
import { openFile } from './files';

parentPort!.once('message', (request: RangeRequest) =>
  helpStage(
    request,
    (handle) => openFile(handle as string),
    (answer, buffers) => parentPort!.postMessage(answer, buffers),
  ),
);
