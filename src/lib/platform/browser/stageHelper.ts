/// <reference lib="webworker" />
import { toFileSource } from '../../core/schema/files';
import { helpStage } from '../../core/schema/staging/stageHelper';
import type { RangeRequest } from '../../core/schema/staging/stageInParallel';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = ({ data }: MessageEvent<RangeRequest>) =>
  helpStage(
    data,
    (handle) => toFileSource(handle as File),
    (answer, buffers) => scope.postMessage(answer, buffers),
  );
