import { quietContext } from '../../src/lib/core/base/run';
import { openFile } from '../../src/lib/platform/node/files';
import { nodeStageHelpers } from '../../src/lib/platform/node/stageHelpers';
import { openNativeStore } from '../../src/lib/platform/node/nativeStore';
import { measureImport } from './measureImport';

const [path, threads] = process.argv.slice(2);
const store = await openNativeStore({ threads: Number(threads) });
const cpuBefore = process.cpuUsage();
const measured = await measureImport(store, await openFile(path), nodeStageHelpers(Number(threads)), quietContext());
const cpu = process.cpuUsage(cpuBefore);
await store.close();
console.log(
  JSON.stringify({ ...measured, cpuSeconds: (cpu.user + cpu.system) / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1024 }),
);
