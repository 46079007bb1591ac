import { toFileSource } from '../../src/lib/core/schema/files';
import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';
import { importFormatsContract } from './importFormats';

importFormatsContract(
  'DuckDB-WASM',
  () => openWasmStore(),
  async (name) => {
    const response = await fetch(new URL(`../fixtures/formats/${name}`, import.meta.url));
    return toFileSource(new File([await response.blob()], name));
  },
);
