import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import type { StagedSource } from '../../../src/lib/core/schema/staging/staged';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { appendStaged, type DatasetVersion, type NewSource } from '../../../src/lib/core/store/dataset';
import { readCleaning, type CleaningStepInput } from '../../../src/lib/core/store/quality/cleaning';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { fileOf } from '../import/support';

export interface ImportAll {
  timeZone?: string;
  cleaning?: CleaningStepInput[];
  /** One import after the other instead of all at once. */
  oneByOne?: boolean;
  mapping?: Partial<Mapping>;
}

/** A file as it is staged with the mapping that is proposed. */
export async function stageText(content: string, sourceId = 'shop.csv', choices: ImportAll = {}): Promise<StagedSource> {
  const file = fileOf(content, sourceId);
  const mapping = { ...(await inspectSource(file)).mapping, ...choices.mapping };
  const zone = new TimeZone(choices.timeZone ?? 'UTC');
  return (await stageFile(file, mapping, { sourceId, zone, currency: 'USD', run: quietContext() })).source;
}

/** Imports files (name → content) with the mappings that are proposed; each is a source of its name. */
export async function importAll(store: TableStore, files: Record<string, string>, choices: ImportAll = {}): Promise<DatasetVersion> {
  const { timeZone = 'UTC' } = choices;
  const options = { timeZone, currency: 'USD', run: quietContext() };
  const staged: NewSource[] = [];
  for (const [sourceId, content] of Object.entries(files)) {
    const source = await stageText(content, sourceId, choices);
    staged.push({ staged: source, files: [sourceId] });
  }
  const cleaning = choices.cleaning && readCleaning(choices.cleaning);
  let version: DatasetVersion | null = null;
  for (const add of choices.oneByOne ? staged.map((one) => [one]) : [staged])
    version = (await appendStaged(store, version, add, { ...options, cleaning })).version;
  return version!;
}
