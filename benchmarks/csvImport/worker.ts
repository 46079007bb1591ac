/// <reference lib="webworker" />
import { quietContext } from '../../src/lib/core/base/run';
import { toFileSource } from '../../src/lib/core/schema/files';
import { browserStageHelpers } from '../../src/lib/platform/browser/stageHelpers';
import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';
import { measureImport } from './measureImport';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const opening = openWasmStore();

/** `open` is answered when the engine is there, a file when it is imported. */
scope.onmessage = async ({ data }: MessageEvent<File | 'open'>) => {
  try {
    const store = await opening;
    if (data === 'open') return scope.postMessage({});
    const measured = await measureImport(store, toFileSource(data), browserStageHelpers(), quietContext());
    const { bundle: opened, threads, version } = store.engine;
    scope.postMessage({ ...measured, engine: `DuckDB-WASM ${version} ${opened}, threads: ${threads}` });
  } catch (error) {
    scope.postMessage({ error: String(error) });
  }
};
