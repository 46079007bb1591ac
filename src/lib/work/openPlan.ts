import { UserError, type Diagnostic } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import type { Plan, PlanSource } from '../core/plan/schema';
import type { FileSource } from '../core/schema/files';
import { sourcePresets } from '../core/schema/presets';
import { inspectSource } from '../core/schema/inspect/inspectSource';
import { TimeZone } from '../core/schema/parse/timeZone';
import { leaveOutOf } from '../core/schema/privacy/leaveOut';
import type { Mapping } from '../core/schema/roles';
import { readSampleShop, sampleShop } from '../core/schema/sampleShop';
import type { StagedSource } from '../core/schema/staging/staged';
import { likelyOrders } from '../core/schema/staging/likelyOrders';
import type { OrderPool } from '../core/schema/staging/orderIndex';
import { readOrders } from '../core/schema/staging/readOrders';
import { stageFile } from '../core/schema/staging/stageFile';
import { appendStaged, type NewSource } from '../core/store/dataset';
import type { Desk } from './desk';
import { newEntry, openNew } from './opening';
import { withMappings } from './planMappings';
import { withIdColumns } from './idColumns';
import { withOrdersByFile } from './ordersByFile';
import { joining, upsertOf } from './planSources';
import { madeBy, mergingOf } from './dataRules';
import { sampleFile } from './sampleFile';
import { emptyState, rulesOf, withData } from './workspace';

/** What one file of the plan gave. */
export interface OpenedSource {
  id: string;
  file: string;
  rowsRead: number;
  rowsRejected: number;
  /** Rejected rows by reason. */
  rejects: Record<string, number>;
  /** What was wrong beyond rejected rows; absent where nothing was. */
  diagnostics?: Diagnostic[];
}

/**
 * Opens a plan as the workspace: reads every file of its sources and builds the canonical tables once. A source
 * without a mapping is inspected, as the import screen does, and its files are mapped one by one.
 * @param openFile finds a file by the name that the plan gives it
 * @throws UserError `no_sources`, `preset_not_recognised`, what reading a file throws; Cancelled
 */
export async function openPlan(
  desk: Desk,
  given: Plan,
  openFile: (name: string) => Promise<FileSource>,
  run: RunContext,
): Promise<OpenedSource[]> {
  const plan = await withMappings(given, openFile);
  const files = plan.sources.flatMap((source) => {
    const { ids } = joining(source, 'events', [], []);
    return source.files.map((name, i) => ({ source, name, place: i, datasetId: ids[i], upsertBy: upsertOf(source, i) }));
  });
  if (files.length === 0) {
    throw new UserError('no_sources', 'The plan names no file to read.', `Add one to its sources; ${sampleFile} is the sample shop.`);
  }
  // A missing file is said before the others are read.
  const opened = await Promise.all(
    files.map(async (entry) => ({ ...entry, file: entry.name === sampleFile ? await openSampleFile(desk) : await openFile(entry.name) })),
  );
  const staged: NewSource[] = [];
  const results: OpenedSource[] = [];
  const ordersOf = new Map<PlanSource, OrderPool>();
  const byFile = new Map<PlanSource, number[][]>();
  for (const source of plan.sources) if (source.orders) ordersOf.set(source, await openOrders(plan, source, openFile, run));
  for (const { source, name, place, file, datasetId, upsertBy } of opened) {
    const orders = ordersOf.get(source);
    const stage =
      name === sampleFile ? await stageSample(plan, file, run) : await stageSource(desk, plan, source, file, place, orders, run);
    if (stage.takesFrom) byFile.set(source, [...(byFile.get(source) ?? []), stage.takesFrom]);
    // Tables know their files apart by this.
    stage.source.sourceId = datasetId;
    staged.push({ staged: stage.source, files: [name], upsertBy });
    const { rowsRead, rowsRejected, rejects } = stage;
    // Which orders have no line is known after the last file of lines.
    const diagnostics = [...(stage.diagnostics ?? []), ...(name === source.files.at(-1) ? (orders?.problems() ?? []) : [])];
    results.push({ id: source.id, file: name, rowsRead, rowsRejected, rejects, ...(diagnostics.length > 0 && { diagnostics }) });
  }
  const { timeZone, currency } = plan;
  const sources = plan.sources.map((source) => withOrdersByFile(source, byFile.get(source)));
  await openNew(desk, async () => {
    const { version } = await appendStaged(await desk.store(), null, staged, { ...madeBy(plan), run }, { merging: mergingOf(plan) });
    const data = { version, sources, timeZone, currency, ...rulesOf(plan), reports: new Map(), shipped: false };
    return withData(emptyState(newEntry(desk, plan), plan), data, null);
  });
  return results;
}

interface Stage extends Omit<OpenedSource, 'id' | 'file'> {
  source: StagedSource;
  /** Of order lines: the places of the files of orders that they take from. */
  takesFrom?: number[];
}

function openSampleFile(desk: Desk): Promise<FileSource> {
  return desk.platform.openDataset(`${sampleShop.sourceId}/${sampleShop.fileName}`);
}

async function stageSample(plan: Plan, file: FileSource, run: RunContext): Promise<Stage> {
  const read = await readSampleShop(file, run);
  const staged = { source: read, rowsRead: read.events?.rows ?? 0, rowsRejected: 0, rejectsKept: 0, rejectCounts: new Map() };
  return stageOf(plan, staged, run);
}

/** The orders that the lines of a source belong to. */
async function openOrders(
  plan: Plan,
  { id, orders, preset }: PlanSource,
  openFile: (name: string) => Promise<FileSource>,
  run: RunContext,
): Promise<OrderPool> {
  const files = await Promise.all(orders!.files.map(openFile));
  const given = orders!.mapping as Mapping | undefined;
  const mapped = await Promise.all(files.map(async (file) => ({ file, mapping: given ?? (await proposedMapping({ id, preset }, file)) })));
  return readOrders(mapped, { sourceId: id, zone: new TimeZone(plan.timeZone), currency: plan.currency, run });
}

async function stageSource(
  desk: Desk,
  plan: Plan,
  planned: PlanSource,
  file: FileSource,
  place: number,
  pool: OrderPool | undefined,
  run: RunContext,
): Promise<Stage> {
  const mapping = (planned.mapping as Mapping | undefined) ?? (await proposedMapping(planned, file));
  const takesFrom = pool && (planned.orders?.byFile?.[place] ?? (await likelyOrders(pool, file, mapping, place, run)));
  const staged = await stageFile(file, withIdColumns(mapping), {
    sourceId: planned.id,
    zone: new TimeZone(plan.timeZone),
    currency: plan.currency,
    helpers: desk.platform.stageHelpers,
    ...(takesFrom && takesFrom.length > 0 && { orders: pool.seenBy(takesFrom) }),
    run,
  });
  return { ...(await stageOf(plan, staged, run)), ...(takesFrom && { takesFrom }) };
}

/** What was read, without whom the plan says were erased. */
async function stageOf(
  plan: Plan,
  staged: Parameters<typeof leaveOutOf>[0] & Partial<Pick<Stage, 'diagnostics'>>,
  run: RunContext,
): Promise<Stage> {
  await leaveOutOf(staged, plan.erased, run);
  const { source, rowsRead, rowsRejected, rejectCounts, diagnostics = [] } = staged;
  return { source, rowsRead, rowsRejected, diagnostics, rejects: Object.fromEntries(rejectCounts) };
}

/** A plan may know a preset by the name of the one that read its files before. */
function isPreset(found: string | null, wanted: string): boolean {
  return found === wanted || sourcePresets.find(({ id }) => id === found)?.formerly === wanted;
}

async function proposedMapping({ id, preset }: Pick<PlanSource, 'id' | 'preset'>, file: FileSource): Promise<Mapping> {
  const preview = await inspectSource(file);
  if (preset !== undefined && !isPreset(preview.preset, preset)) {
    const seen = preview.preset ?? 'none';
    throw new UserError(
      'preset_not_recognised',
      `The source "${id}" names the preset "${preset}", but ${file.name} does not look like it (recognised: ${seen}).`,
      'Check the file, or write its mapping into the plan.',
      { source: id, preset, file: file.name, seen },
    );
  }
  return preview.mapping;
}
