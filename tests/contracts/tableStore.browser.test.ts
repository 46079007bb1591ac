import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';
import { tableStoreContract } from './tableStore';

tableStoreContract('DuckDB-WASM', openWasmStore);
