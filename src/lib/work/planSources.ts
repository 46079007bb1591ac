import { stableJson } from '../core/base/hash';
import type { PlanSource } from '../core/plan/schema';
import type { SourceKind } from '../core/schema/roles';
import type { DatasetSource, DatasetVersion } from '../core/store/dataset/version';
import { joinedOrders, keptOrders } from './ordersByFile';

/**
 * Whether a source of the data is a file of a source of the plan: of its only file it has the id, of one of several
 * the id and the file's name.
 */
export function isOf(datasetId: string, planId: string): boolean {
  return datasetId === planId || datasetId.startsWith(`${planId}/`);
}

/** The plan's sources as the data has them: in its order, with the files that are still in it. */
export function plannedSources({ sources }: Pick<DatasetVersion, 'sources'>, planned: readonly PlanSource[]): PlanSource[] {
  const placed = planned.map((source) => {
    const own = sources.filter(({ id }) => isOf(id, source.id));
    return { source, own, at: own.length === 0 ? -1 : sources.indexOf(own[0]) };
  });
  return placed
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ source: { upsert: _before, orders, ...source }, own }) => {
      const files = own.flatMap((dataset) => dataset.files);
      const places = own.flatMap(({ upsertBy }, place) => (upsertBy ? [place] : []));
      const by = own.find(({ upsertBy }) => upsertBy)?.upsertBy;
      const upsert = by && { upsert: { by, ...(places.length < own.length && { files: places }) } };
      if (files.length === 0) return { ...source, ...(orders && { orders }), ...upsert };
      return { ...source, files, ...keptOrders({ ...source, orders }, placesIn(source.files, files)), ...upsert };
    });
}

/** By which columns the file at a place among a plan source's files replaces rows; undefined where it only adds. */
export function upsertOf({ upsert }: Pick<PlanSource, 'upsert'>, place: number): string[] | undefined {
  return upsert && (upsert.files?.includes(place) ?? true) ? upsert.by : undefined;
}

/** New files on their way to a place among the sources. */
export interface Joining {
  /** The plan's source that they are of: a new one, or one that is there and gets further files. */
  planned: PlanSource;
  /** By file: the id that it gets in the data. */
  ids: string[];
  /** The source of the data behind which the first one comes; undefined for the end. */
  after?: string;
}

/**
 * Where new files go. They are further files of the plan's source of that id where it stays, is read as they are, has
 * none of its kind behind it (what comes later must count later, today and when the plan is run again), and its rows
 * replace others by the same columns if by any; nothing that is there gets another name. Otherwise they are a source of their own, under a free id.
 */
export function joining(
  fresh: PlanSource,
  kind: SourceKind,
  staying: readonly PlanSource[],
  data: readonly Pick<DatasetSource, 'id' | 'kind' | 'upsertBy'>[],
  upsertBy?: readonly string[],
): Joining {
  const existing = staying.find(({ id }) => id === fresh.id);
  const own = existing ? data.filter(({ id }) => isOf(id, existing.id)) : [];
  const later = own.length > 0 && data.slice(data.indexOf(own.at(-1)!) + 1).some((source) => source.kind === kind);
  const otherKey = upsertBy && own.some((source) => source.upsertBy && stableJson(source.upsertBy) !== stableJson(upsertBy));
  const isAlike = existing && isReadAs(existing.mapping, fresh.mapping) && areReadAlike(existing.orders, fresh.orders);
  if (existing && own.length > 0 && !later && !otherKey && isAlike) {
    const planned = { ...existing, files: [...existing.files, ...fresh.files], ...joinedOrders(existing, fresh) };
    const taken = new Set(own.map(({ id }) => id));
    return { planned, ids: fresh.files.map((name) => freeName(`${fresh.id}/${name}`, taken)), after: own.at(-1)!.id };
  }
  const ids = new Set(staying.map(({ id }) => id));
  const id = ids.has(fresh.id) ? freeId(fresh.id, ids) : fresh.id;
  const taken = new Set<string>();
  const names = fresh.files.length === 1 ? [id] : fresh.files.map((name) => freeName(`${id}/${name}`, taken));
  return { planned: { ...fresh, id }, ids: names };
}

/** Orders of both are read by one mapping when the plan is run again. One that the plan leaves out was proposed, as the new one was. */
function areReadAlike(before: PlanSource['orders'], more: PlanSource['orders']): boolean {
  return !before?.mapping || !more?.mapping || isReadAs(before.mapping, more.mapping);
}

/**
 * Whether two mappings read a file alike. Columns are found by their names, so that one which a platform added in
 * November changes nothing; only a file without a header is read by the places of its columns.
 */
function isReadAs(a: PlanSource['mapping'], b: PlanSource['mapping']): boolean {
  const read = (mapping: PlanSource['mapping']) => (mapping?.header ? { ...mapping, columns: [] } : mapping);
  return stableJson(read(a)) === stableJson(read(b));
}

/** Where the files that are left stand among all, both in their order; names may be there twice. */
function placesIn(all: readonly string[], left: readonly string[]): number[] {
  let from = 0;
  return left.map((name) => {
    const place = all.indexOf(name, from);
    if (place >= 0) from = place + 1;
    return place;
  });
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  const stem = id.slice(0, 56);
  let n = 2;
  while (taken.has(`${stem}-${n}`)) n++;
  return `${stem}-${n}`;
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name} ${n}`;
  taken.add(free);
  return free;
}
