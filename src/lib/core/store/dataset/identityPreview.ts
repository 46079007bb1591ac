import { indexesOf, textsOf } from '../columns';
import { identifier, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { presentIn } from './idUses';
import { limitOf, type MergeBy, type Merging } from './identityKeys';
import { allIds } from './numbering';
import { borneIds, readPairs, type PersonMap } from './personMap';
import type { DatasetVersion } from './version';

/** What merging people by some kinds of ids would do. */
export interface IdentityPreview {
  /** Kinds of which the files have columns, and those columns' sources. */
  kinds: { kind: string; sources: string[] }[];
  /** Of the kinds that were asked for. */
  by: KindPreview[];
  /** How many there are when nobody is merged, and how many there would be. */
  ids: number;
  people: number;
  /** The people with the most ids, those first; and how many people have several at all. */
  clusters: Cluster[];
  merged: number;
}

export interface KindPreview {
  kind: string;
  limit: number;
  /** Different ids; those that two or more ids of people share; and those that more share than the limit allows. */
  ids: number;
  shared: number;
  overLimit: number;
  /** How many ids of people would be another name of somebody, by this kind alone. */
  joined: number;
  /** The most shared of those over the limit, as one of them was given. */
  alarms: { id: string; people: number }[];
}

export interface Cluster {
  ids: number;
  /** The customer as whom one of them is shown now. */
  shown: string | null;
  /** Some of them. */
  examples: { kind: string; id: string }[];
}

const shownAlarms = 5;
const shownClusters = 10;
const shownIds = 5;

/** Counts what merging would do; nothing is changed. @throws Cancelled */
export async function identityPreview(
  store: TableStore,
  version: DatasetVersion,
  merging: Merging,
  signal?: AbortSignal,
): Promise<IdentityPreview> {
  const present =
    version.people === null
      ? sql`SELECT user_index AS number FROM ${identifier(version.tables.users)}`
      : presentIn('users', version.sources);
  const [ids] = indexesOf(await store.query(sql`SELECT count(*)::INTEGER AS n FROM (${present})`, signal), 'n');
  const borne = borneIds(version.sources, version.ids.users, merging, present);
  const kinds = declaredKinds(version);
  if (borne === null || merging.merge.length === 0) return { kinds, by: [], ids, people: ids, clusters: [], merged: 0 };
  const by: KindPreview[] = [];
  for (const one of merging.merge) by.push(await previewOf(store, borne, one, signal));
  const map = await readPairs(store, borne, merging.merge);
  const largest = largestClusters(map);
  return {
    kinds,
    by,
    ids,
    people: ids - map.number.length,
    clusters: await describe(store, version, largest, map, signal),
    merged: new Set(map.person).size,
  };
}

function declaredKinds({ sources }: DatasetVersion): IdentityPreview['kinds'] {
  const found = new Map<string, Set<string>>();
  for (const { id, declared } of sources) for (const { kind } of declared) found.set(kind, (found.get(kind) ?? new Set()).add(id));
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, of]) => ({ kind, sources: [...of] }));
}

async function previewOf(store: TableStore, borne: Sql, by: MergeBy, signal?: AbortSignal): Promise<KindPreview> {
  const limit = limitOf(by);
  const counts = sql`SELECT min(raw) AS id, count(*)::INTEGER AS people FROM (${borne}) WHERE id_kind = ${by.kind} GROUP BY id`;
  const totals = await store.query(
    sql`SELECT count(*)::INTEGER AS ids, (count(*) FILTER (people > 1))::INTEGER AS shared, (count(*) FILTER (people > ${limit}))::INTEGER AS beyond
      FROM (${counts})`,
    signal,
  );
  const most = await store.query(
    sql`SELECT id, people FROM (${counts}) WHERE people > ${limit} ORDER BY people DESC, id LIMIT ${shownAlarms}`,
    signal,
  );
  const people = indexesOf(most, 'people');
  const [ids, shared, overLimit] = (['ids', 'shared', 'beyond'] as const).map((name) => indexesOf(totals, name)[0]);
  const { number } = await readPairs(store, borne, [by]);
  const alarms = textsOf(most, 'id').map((id, i) => ({ id: id ?? '', people: people[i] }));
  return { kind: by.kind, limit, ids, shared, overLimit, joined: number.length, alarms };
}

/** The people with the most numbers, those first; the numbers of each, some of them. */
function largestClusters({ number, person }: PersonMap): { person: number; ids: number }[] {
  const sizes = new Map<number, number>();
  for (let i = 0; i < number.length; i++) sizes.set(person[i], (sizes.get(person[i]) ?? 1) + 1);
  return [...sizes]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, shownClusters)
    .map(([of, ids]) => ({ person: of, ids }));
}

async function describe(
  store: TableStore,
  { ids: { users }, tables }: DatasetVersion,
  largest: readonly { person: number; ids: number }[],
  { number, person }: PersonMap,
  signal?: AbortSignal,
): Promise<Cluster[]> {
  if (largest.length === 0) return [];
  const numbersOf = new Map(largest.map((cluster) => [cluster.person, [cluster.person]]));
  for (let i = 0; i < number.length; i++) {
    const numbers = numbersOf.get(person[i]);
    if (numbers && numbers.length < shownIds) numbers.push(number[i]);
  }
  const asked = [...numbersOf.values()].flat();
  const rows = await store.query(sql`SELECT number, id_kind, id FROM (${allIds(users)}) WHERE number IN (${asked})`, signal);
  const [kinds, texts] = [textsOf(rows, 'id_kind'), textsOf(rows, 'id')];
  const named = new Map(Array.from(indexesOf(rows, 'number'), (of, i) => [of, { kind: kinds[i]!, id: texts[i]! }]));
  const people = largest.map((cluster) => cluster.person);
  const shown = await store.query(
    sql`SELECT user_index AS number, user_id AS id FROM ${identifier(tables.users)} WHERE user_index IN (${people})`,
    signal,
  );
  const names = textsOf(shown, 'id');
  const shownOf = new Map(Array.from(indexesOf(shown, 'number'), (of, i) => [of, names[i]]));
  return largest.map((cluster) => ({
    ids: cluster.ids,
    shown: shownOf.get(cluster.person) ?? null,
    examples: numbersOf.get(cluster.person)!.flatMap((of) => named.get(of) ?? []),
  }));
}
