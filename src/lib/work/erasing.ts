import { UserError } from '../core/base/errors';
import type { Plan } from '../core/plan/schema';
import { erasedId } from '../core/schema/privacy/erasedIds';
import { withoutTexts } from '../core/schema/privacy/withoutTexts';
import type { ImportReport } from '../core/schema/report';
import { takeTag, type Tag } from '../core/profiles/tags/tag';
import { withoutIds } from '../core/segments/idList';
import type { ErasedRows, PersonIds } from '../core/store/dataset';
import type { Epoch } from './epoch';
import { newId } from './newId';
import { loadSnapshot, restoreDataTables } from './opening';
import { withoutWeights } from './registry/keep';
import { isSaved } from './saving';
import { planOf, type DataState, type Erasure, type Prediction, type WorkspaceState } from './workspace';

/** A person taken out of everything that a state holds. */
interface ErasedState {
  erasure: Erasure;
  /** The newest state, perhaps a later one than the erasure began with, without them. */
  apply(state: WorkspaceState): WorkspaceState;
}

/**
 * Takes a person out of the data, the step back, the scores and all that was said of the data. What was learnt with
 * them is forgotten. Nothing is changed before {@link ErasedState.apply}.
 * @throws UserError `user_unknown`, `no_data`; Cancelled
 */
export async function eraseFromState(epoch: Epoch, userId: string): Promise<ErasedState> {
  const { desk, state } = epoch;
  const { data } = state;
  if (!data)
    throw new UserError('no_data', 'This workspace has no data yet.', 'Import a file of events or orders on the Data screen first.');
  const { findPerson, numbersOf, scoresWithout } = await import('../core/store/dataset');
  const store = await desk.store();
  const before = await stepBackAtHand(epoch);
  const versions = [data.version, ...(before ? [before.version] : [])];
  const person = await findPerson(store, versions, userId);
  if (!person) {
    throw new UserError('user_unknown', `There is no customer "${userId}".`, 'Ids are compared exactly, with every zero and letter case.', {
      user: userId,
    });
  }
  const numbers = await numbersOf(store, data.version, person.ids);
  const now = await without(epoch, data, person);
  const stepBack = before && (await without(epoch, before, person));
  const rows = mostRows(now.rows, stepBack?.rows ?? {});

  const at = desk.platform.now().toISOString();
  const predictions = new Map<string, Prediction>();
  for (const [id, prediction] of state.predictions) {
    const outputs = new Map(prediction.outputs);
    const tables = new Map<string, string>();
    for (const [trait, column] of outputs) {
      if (!tables.has(column.table)) {
        const made = await scoresWithout(store, column.table, numbers);
        tables.set(column.table, made.table);
        rows.scores = (rows.scores ?? 0) + made.rows;
      }
      const table = tables.get(column.table)!;
      outputs.set(trait, { ...column, table, version: table });
    }
    // What it had learnt goes: it was made with them.
    const report = withoutTexts(prediction.report, person.texts);
    predictions.set(id, { report: { ...report, protocol: { ...report.protocol, erasedAt: at } }, outputs });
  }

  const salt = state.plan.erased?.[0]?.split(':')[0] ?? newId();
  const erasure: Erasure = { at, ids: person.ids.map(({ kind, id }) => erasedId(salt, kind, id)), rows };
  return {
    erasure,
    apply: (newest) => ({
      ...newest,
      plan: planErasing(newest.plan, now.data, erasure, person),
      data: now.data,
      dataBefore: stepBack?.data ?? null,
      // What was finished meanwhile was made of the data of before.
      predictions,
      comparison: withoutTexts(newest.comparison, person.texts),
      // What they are called and how well they did stays; nothing that was learnt does.
      models: withoutTexts(
        newest.models.map((model) => withoutWeights(model, 'erased')),
        person.texts,
      ),
      erasures: [...newest.erasures, erasure],
      versions: newest.versions.map((version) => ({ ...version, rule: withoutTexts(version.rule, person.texts) })),
    }),
  };
}

function planErasing(plan: Plan, data: DataState | null, { ids }: Erasure, { texts, ids: own }: PersonIds): Plan {
  // Conditions and names may speak of them; ids of the plan's own entries stay, since others name them.
  const segments = plan.segments.map((segment) => ({ ...withoutTexts(segment, texts), id: segment.id }));
  // On lists an id stands by itself, however short it is.
  const gone = new Set([...texts, ...own.map(({ id }) => id)]);
  const idLists = plan.idLists?.map((list) => ({
    ...withoutIds(list, gone),
    ...withoutTexts({ name: list.name, from: list.from }, texts),
  }));
  const tags = plan.tags?.map((tag) => tagErasing(takeTag(tag, gone), texts));
  const erased = [...new Set([...(plan.erased ?? []), ...ids])];
  return {
    ...planOf({ ...plan, name: withoutTexts(plan.name, texts), segments, ...(idLists && { idLists }), ...(tags && { tags }) }, data),
    erased,
  };
}

/** Ids of others stay as they are, and so does the tag's own; names, notes and labels may speak of them. */
function tagErasing({ id, given, ...words }: Tag, texts: readonly string[]): Tag {
  return {
    ...withoutTexts(words, texts),
    id,
    given: given.map(({ people, ...how }) => ({ people: labelsErasing(people, texts), ...withoutTexts(how, texts) })),
  };
}

function labelsErasing(people: string, texts: readonly string[]): string {
  if (!people.includes('\t')) return people;
  return people.replaceAll(/\t[^\n]*/g, (label) => withoutTexts(label, texts));
}

/** The step back with its tables in the store; null where there is none, or none that can be read. */
async function stepBackAtHand(epoch: Epoch): Promise<DataState | null> {
  const { desk, state } = epoch;
  const { dataBefore } = state;
  // Where nothing is saved there is nothing to go back to.
  if (!dataBefore || !desk.platform.snapshots) return null;
  if (dataBefore.shipped) {
    const { openShop } = await import('./shippedShop');
    return { ...dataBefore, version: (await openShop(desk, epoch)).version };
  }
  const snapshot = await loadSnapshot(desk, state.entry.id);
  if (!isSaved(snapshot, dataBefore.version)) return null;
  await restoreDataTables(desk, snapshot, dataBefore, epoch);
  return dataBefore;
}

async function without(epoch: Epoch, data: DataState, person: PersonIds): Promise<{ data: DataState | null; rows: ErasedRows }> {
  const { erasePerson } = await import('../core/store/dataset');
  const { timeZone, currency, rates } = data;
  const options = { timeZone, currency, rates, run: epoch };
  const { version, rows, rejects } = await erasePerson(await epoch.desk.store(), data.version, person, options);
  const reports = new Map([...data.reports].map(([id, report]) => [id, reportWithout(report, person.texts, rejects.get(id) ?? 0)]));
  return { data: version && { ...data, version, reports, shipped: false, isNew: true }, rows };
}

function reportWithout(report: ImportReport, texts: readonly string[], rejects: number): ImportReport {
  const clean = withoutTexts(report, texts);
  const { rejectsKept } = clean;
  return rejectsKept === undefined ? clean : { ...clean, rejectsKept: Math.max(0, rejectsKept - rejects) };
}

/** The step back has most of the rows of the present data, too: each counts once. */
function mostRows(...all: ErasedRows[]): ErasedRows {
  const most: ErasedRows = {};
  for (const rows of all)
    for (const [kind, count] of Object.entries(rows) as [keyof ErasedRows, number][]) most[kind] = Math.max(most[kind] ?? 0, count);
  return most;
}
