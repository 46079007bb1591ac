import { fileURLToPath } from 'node:url';
import { openFile } from '../../src/lib/platform/node/files';
import { openNativeStore } from '../../src/lib/platform/node/nativeStore';
import { importFormatsContract } from './importFormats';

importFormatsContract(
  'native DuckDB',
  () => openNativeStore(),
  (name) => openFile(fileURLToPath(new URL(`../fixtures/formats/${name}`, import.meta.url))),
);
