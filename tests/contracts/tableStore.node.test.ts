import { openNativeStore } from '../../src/lib/platform/node/nativeStore';
import { tableStoreContract } from './tableStore';

tableStoreContract('native DuckDB', () => openNativeStore());
