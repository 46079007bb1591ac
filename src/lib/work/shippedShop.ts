import type { RunContext } from '../core/base/run';
import { readSampleShop, sampleShop } from '../core/schema/sampleShop';
import type { StagedSource } from '../core/schema/staging/staged';
import type { DatasetVersion } from '../core/store/dataset/version';
import type { Desk } from './desk';
import { sampleFile } from './sampleFile';

/** The shop's tables in the store, in its own time zone and currency. @throws UserError `dataset_unreachable`; Cancelled */
export async function openShop(
  desk: Desk,
  run: RunContext,
  decoded = decodeShop(desk, run),
): Promise<{ version: DatasetVersion; fileName: string }> {
  const { timeZone, currency } = sampleShop;
  const { source, fileName } = await decoded;
  const { appendStaged } = await datasets();
  const { version } = await appendStaged(await desk.store(), null, [{ staged: source, files: [sampleFile] }], {
    timeZone,
    currency,
    run,
  });
  return { version, fileName };
}

/** Fetches and decodes the shipped shop; the engine and the code that makes tables start meanwhile. */
export function decodeShop(desk: Desk, run: RunContext): Promise<{ fileName: string; source: StagedSource }> {
  for (const starting of [desk.store(), datasets()]) starting.catch(() => {});
  const decoded = decode(desk, run);
  // Whoever asked may first wait for the engine, and fail there.
  decoded.catch(() => {});
  return decoded;
}

async function decode(desk: Desk, run: RunContext): Promise<{ fileName: string; source: StagedSource }> {
  const file = await desk.platform.openDataset(`${sampleShop.sourceId}/${sampleShop.fileName}`);
  return { fileName: file.name, source: await readSampleShop(file, run) };
}

/** Loaded when it is first needed: it brings Arrow along. */
function datasets() {
  return import('../core/store/dataset');
}
