/** The browser's half of benchmarks/exportMillion.mjs: inside a worker, as the workbench makes files. */
import { quietContext } from '../src/lib/core/base/run';
import { resolveOptions } from '../src/lib/core/base/options';
import { inThreads } from '../src/lib/core/exports/convertBlock';
import { findDestination } from '../src/lib/core/exports/destinations';
import { fieldsTable, mapFields } from '../src/lib/core/exports/fields';
import { makeFiles } from '../src/lib/core/exports/makeFiles';
import type { ExportTable } from '../src/lib/core/exports/table';
import { zipPieces } from '../src/lib/core/exports/zip';
import { blobShelf } from '../src/lib/platform/browser/blobShelf';
import { saveFolder } from '../src/lib/ui/saveFolder';
import { browserConvertHelpers } from '../src/lib/platform/browser/convertHelpers';

export interface Question {
  rows: number;
  /** 0: none beside the one that writes. */
  threads: number;
}

const traits = ['email', 'phone', 'firstName', 'lastName', 'postcode'];
const blockRows = 100_000;

/** Customers as a store hands them out, a hundred thousand at a time. */
function customers(rows: number): ExportTable {
  return {
    columns: ['user', ...traits].map((name) => ({ name, type: 'text' as const })),
    *blocks() {
      for (let from = 0; from < rows; from += blockRows) {
        const numbers = Array.from({ length: Math.min(blockRows, rows - from) }, (_, i) => from + i);
        yield {
          rows: numbers.length,
          cells: [
            numbers.map((n) => `u${n}`),
            numbers.map((n) => `Person.${n}@Example.com`),
            numbers.map((n) => `+86138${String(10_000_000 + n).slice(-8)}`),
            numbers.map((n) => `First${n % 1000}`),
            numbers.map((n) => `Last${n % 5000}`),
            numbers.map((n) => String(100_000 + (n % 900_000))),
          ],
        };
      }
    },
  };
}

onmessage = async ({ data: { rows, threads } }: MessageEvent<Question>) => {
  const destination = { ...findDestination('meta'), limits: () => ({ rows: Math.ceil(rows / 2) }) };
  const options = resolveOptions(destination.id, destination.options, {});
  const run = quietContext();
  const elsewhere = threads > 0 ? inThreads(browserConvertHelpers(threads), run.signal) : undefined;
  const mapping = mapFields(destination, traits, options);
  const started = performance.now();
  const table = fieldsTable(customers(rows), destination, mapping, options, elsewhere);
  const made = await makeFiles('million', { kind: 'audience', table, rows, users: rows }, destination, {}, new Set(), run, {
    shelf: blobShelf,
  });
  const files = performance.now();
  const root = await navigator.storage.getDirectory();
  const handed = made.files.map(({ name, blob }) => ({ name, content: blob() }));
  const folder = await saveFolder(root, 'million', handed, run.signal);
  const saved = performance.now();
  await root.removeEntry(folder, { recursive: true });
  const zipStarted = performance.now();
  let zipBytes = 0;
  const zip: Blob[] = [];
  for await (const piece of zipPieces(made.files, run)) {
    zipBytes += piece.length;
    zip.push(new Blob([piece as Uint8Array<ArrayBuffer>]));
  }
  const zipped = performance.now();
  const heap = (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
  postMessage({
    seconds: (files - started) / 1000,
    folderSeconds: (saved - files) / 1000,
    zipSeconds: (zipped - zipStarted) / 1000,
    parts: made.files.length,
    megabytes: made.files.reduce((sum, { size }) => sum + size, 0) / 1e6,
    zipMegabytes: zipBytes / 1e6,
    heapMegabytes: heap / 1e6,
    sha256: made.files.map(({ sha256 }) => sha256).join(' '),
  });
};
