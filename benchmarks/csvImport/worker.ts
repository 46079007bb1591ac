/// <reference lib="webworker" />
import { quietContext } from '../../src/lib/core/base/run';
import { toFileSource } from '../../src/lib/core/schema/files';
import type { DatasetVersion } from '../../src/lib/core/store/dataset';
import { browserStageHelpers } from '../../src/lib/platform/browser/stageHelpers';
import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';
import { measureChecks } from './measureChecks';
import { measureImport } from './measureImport';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const opening = openWasmStore();
let made: DatasetVersion;

/** `open` is answered when the engine is there, a file when it is imported, `check` with the time of each check of what it made. */
scope.onmessage = async ({ data }: MessageEvent<File | 'open' | 'check'>) => {
  try {
    const store = await opening;
    if (data === 'open') return scope.postMessage({});
    if (data === 'check') return scope.postMessage(await measureChecks(store, made));
    const { measured, version } = await measureImport(store, toFileSource(data), browserStageHelpers(), quietContext());
    made = version;
    const { bundle: opened, threads, version: engineVersion } = store.engine;
    scope.postMessage({ ...measured, engine: `DuckDB-WASM ${engineVersion} ${opened}, threads: ${threads}` });
  } catch (error) {
    scope.postMessage({ error: String(error) });
  }
};
