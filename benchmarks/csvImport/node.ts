import { quietContext } from '../../src/lib/core/base/run';
import { openFile } from '../../src/lib/platform/node/files';
import { nodeStageHelpers } from '../../src/lib/platform/node/stageHelpers';
import { openNativeStore } from '../../src/lib/platform/node/nativeStore';
import { measureChecks } from './measureChecks';
import { measureImport } from './measureImport';

const [path, threads, what] = process.argv.slice(2);
const store = await openNativeStore({ threads: Number(threads) });
const cpuBefore = process.cpuUsage();
const { measured, version } = await measureImport(store, await openFile(path), nodeStageHelpers(Number(threads)), quietContext());
const cpu = process.cpuUsage(cpuBefore);
const checked = what === 'check' ? await measureChecks(store, version) : undefined;
await store.close();
const used = { cpuSeconds: (cpu.user + cpu.system) / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
console.log(JSON.stringify({ ...measured, ...used, checked }));
