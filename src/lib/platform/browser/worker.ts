import { Desk } from '../../work/desk';
import { createHost } from '../../work/host';
import { operations } from '../../work/operations';
import type { Platform } from '../../work/platform';
import type { Request } from '../../work/protocol';

/** The analysis worker: the desk, the operations, and nothing of the engines until they are used. */
const parts = import.meta.glob<{ browserPlatform: () => Platform }>('./platform.ts');
const ready = parts['./platform.ts']().then(({ browserPlatform }) =>
  createHost(operations, new Desk(browserPlatform()), (answer, transfer) => self.postMessage(answer, { transfer })),
);

self.onmessage = async ({ data }: MessageEvent<Request>) => (await ready)(data);
