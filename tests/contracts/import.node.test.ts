import { openNativeStore } from '../../src/lib/platform/node/nativeStore';
import { importContract } from './import';

importContract('native DuckDB', () => openNativeStore());
