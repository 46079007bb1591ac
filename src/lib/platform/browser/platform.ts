/// <reference types="vite/client" />
import { UserError } from '../../core/base/errors';
import type { FileSource } from '../../core/schema/files';
import type { SnapshotStorage } from '../../core/store/snapshots';
import type { Platform } from '../../work/platform';
import { blobShelf } from './blobShelf';
import { browserConvertHelpers } from './convertHelpers';
import { browserStageHelpers } from './stageHelpers';

/** The addresses of the shipped data sets' files, by their path inside `datasets/`. */
const datasetAddresses = import.meta.glob<string>('/datasets/*/*.{bin,gz,csv,zip,arrow}', { query: '?url', import: 'default' });

/** The page's platform; made inside the analysis worker. Engines load when they are first opened. */
export function browserPlatform(): Platform {
  return {
    name: 'browser',
    openStore: async () => (await import('./wasmStore')).openWasmStore(),
    openKernels: async () => (await import('./kernels')).openBrowserKernels(),
    openTensors: async () => (await import('./tensors')).openBrowserTensors(),
    stageHelpers: browserStageHelpers(),
    convertHelpers: browserConvertHelpers(),
    shelf: blobShelf,
    snapshots: lazySnapshots(),
    openDataset,
    now: () => new Date(),
    memoryBytes,
  };
}

/** The database and its sweep wait until something is listed, loaded or saved. */
function lazySnapshots(): SnapshotStorage {
  let opened: Promise<SnapshotStorage> | undefined;
  const open = () =>
    (opened ??= import('./snapshots')
      .then(({ openBrowserSnapshots }) => openBrowserSnapshots())
      .catch((error) => ((opened = undefined), Promise.reject(error))));
  return {
    list: async () => (await open()).list(),
    listDeleted: async () => (await open()).listDeleted(),
    load: async (id) => (await open()).load(id),
    loadDeleted: async (id) => (await open()).loadDeleted(id),
    hold: async (id) => (await open()).hold(id),
    save: async (...save) => (await open()).save(...save),
    duplicate: async (id, make) => (await open()).duplicate(id, make),
    remove: async (id) => (await open()).remove(id),
    restore: async (id) => (await open()).restore(id),
    wipe: async (id) => (await open()).wipe(id),
    use: async () => (await open()).use(),
    claim: async (id) => (await open()).claim(id),
  };
}

async function openDataset(name: string): Promise<FileSource> {
  const address = datasetAddresses[`/datasets/${name}`];
  if (!address) throw new Error(`there is no data set file "${name}"`);
  const response = await fetch(await address()).catch(() => undefined);
  if (!response?.ok) {
    throw new UserError('dataset_unreachable', `The file ${name} of the sample shop did not load.`, 'Check the connection and try again.', {
      name,
    });
  }
  const blob = await response.blob();
  return {
    name: name.split('/').at(-1)!,
    size: blob.size,
    async *stream(start = 0, end = blob.size) {
      yield new Uint8Array(await blob.slice(start, end).arrayBuffer());
    },
  };
}

/** Bytes of this worker and the workers it started; only Chromium tells, and only when cross-origin isolated. */
async function memoryBytes(): Promise<number | undefined> {
  const measure = (performance as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> }).measureUserAgentSpecificMemory;
  const measured = await measure?.call(performance).catch(() => undefined);
  return measured?.bytes;
}
