import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';
import { importContract } from './import';

importContract('DuckDB-WASM', () => openWasmStore());
