/// <reference lib="webworker" />
import { quietContext } from '../../src/lib/core/base/run';
import { toFileSource } from '../../src/lib/core/schema/files';
import { browserStageHelpers } from '../../src/lib/platform/browser/stageHelpers';
import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';
import { measureImport } from './measureImport';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data: file }: MessageEvent<File>) => {
  try {
    const store = await openWasmStore();
    const measured = await measureImport(store, toFileSource(file), browserStageHelpers(), quietContext());
    const { bundle: opened, threads, version } = store.engine;
    scope.postMessage({ ...measured, engine: `DuckDB-WASM ${version} ${opened}, threads: ${threads}` });
  } catch (error) {
    scope.postMessage({ error: String(error) });
  }
};
