import type { RunContext } from '../core/base/run';
import type { StagedSource } from '../core/schema/staging/staged';
import type { FinishResult } from '../core/store/dataset';
import type { TableStore } from '../core/store/tableStore';
import { readSampleShop, sampleShop } from '../core/schema/sampleShop';
import type { Desk } from './desk';

/** The shipped shop, decoded and not yet in a store. */
export interface DecodedShop {
  fileName: string;
  source: StagedSource;
}

/**
 * Fetches and decodes the shipped shop; the engine and the code that makes tables start meanwhile.
 * @throws UserError `dataset_unreachable`, `column_file_broken`
 */
export function decodeShop(desk: Desk, run: RunContext): Promise<DecodedShop> {
  for (const starting of [desk.store(), finishing()]) starting.catch(() => {});
  const decoded = decode(desk, run);
  // Whoever asked may first wait for the engine, and fail there.
  decoded.catch(() => {});
  return decoded;
}

/** Makes the shop's tables in the store, in its own time zone and currency. @throws Cancelled */
export async function finishShop(store: TableStore, { source }: DecodedShop, run: RunContext): Promise<FinishResult> {
  const { timeZone, currency } = sampleShop;
  return (await finishing()).finishTables(store, [source], { timeZone, currency, run });
}

async function decode(desk: Desk, run: RunContext): Promise<DecodedShop> {
  const file = await desk.platform.openDataset(`${sampleShop.sourceId}/${sampleShop.fileName}`);
  return { fileName: file.name, source: await readSampleShop(file, run) };
}

/** Loaded when it is first needed: it brings Arrow along. */
function finishing() {
  return import('../core/store/dataset');
}
