import { Bitset } from '../base/bitset';
import { stableJson } from '../base/hash';
import type { RunContext } from '../base/run';
import { bucketQuery } from '../measures/bucket';
import { comparisonMembers, measureMembers, type MembersQuery } from '../measures/comparison';
import { duckdb } from '../measures/duckdb';
import { readKeptColumns, type KeptColumn } from '../measures/kept';
import { eventsOf, measureKind } from '../measures/measure';
import { sequenceQuery } from '../measures/sequence';
import type { ProfileColumn } from '../profiles/profileColumns';
import { traitSource, traitVersion, type ProfileScope } from '../profiles/profileRelation';
import { remember } from '../store/remember';
import { identifier, type Sql } from '../store/sql';
import type { TableStore } from '../store/tableStore';
import { plainComparison } from '../measures/asked';
import { membersByDays, numberTest, readEventDays } from './eventDays';
import type { IdList } from './idList';
import { idListMembers, type IdListScope } from './idListMembers';
import type { Meaning } from './meaning';
import { cellMatcher, rfmOf } from './rfm';
import { traitMembers } from './traitMembers';

/** Where leaves are read: the profiles, and the plan's lists of ids. */
type LeafScope = ProfileScope & IdListScope & { idLists?: readonly IdList[] };
export type LeafMeaning = Exclude<Meaning, { kind: 'membership' }>;

/** Those of the population whom a condition holds for, remembered by what the condition means. */
export function leafMembers(
  scope: LeafScope,
  meaning: LeafMeaning,
  population: Bitset,
  traits: readonly ProfileColumn[],
  run: RunContext,
): Promise<Bitset> {
  if (meaning.kind === 'list') return listMembers(scope, meaning.list, population, run);
  const compute = async (run: RunContext): Promise<Bitset> => {
    if (meaning.kind === 'rfm') return (await rfmMembers(scope, meaning, run)).and(population);
    const byDays = await dayMembers(scope, meaning, run);
    if (byDays) return byDays.and(population);
    if (meaning.kind === 'comparison') {
      const trait = traits.find(({ id }) => id === meaning.trait)!;
      const byValues = await traitMembers(scope, trait, meaning.comparison, population, run);
      if (byValues) return byValues;
    }
    const query = leafQuery(scope, meaning, traits, await readKeptColumns(scope));
    const members = await readMembers(scope.store, query.sql, scope.users, run.signal);
    return query.complement ? population.andNot(members) : members.and(population);
  };
  return remember(scope, `leaf ${stableJson(meaning)} ${sourceOf(scope, meaning)}`, compute, run);
}

/** What a condition reads besides the events, by content: the profiles and the making of a trait or a score beside them. */
function sourceOf(scope: ProfileScope, meaning: LeafMeaning): string {
  if (meaning.kind === 'rfm') return scope.profiles;
  return meaning.kind === 'comparison' ? `${scope.profiles} ${traitVersion(scope, meaning.trait)}` : '';
}

/** The query for whom a condition holds, where it is one. */
export function leafQuery(
  scope: ProfileScope,
  meaning: Exclude<LeafMeaning, { kind: 'rfm' | 'list' }>,
  traits: readonly ProfileColumn[],
  kept: readonly KeptColumn[],
): MembersQuery {
  const { asOf, tables } = scope;
  switch (meaning.kind) {
    case 'comparison': {
      const { trait } = meaning;
      const { kind } = traits.find(({ id }) => id === trait)!;
      return comparisonMembers(traitSource(scope, trait), identifier(trait), kind, plainComparison(meaning.comparison, asOf), tables.users);
    }
    case 'measure':
      return measureMembers(scope, meaning.measure, plainComparison(meaning.comparison, asOf), duckdb, measureKind(meaning.measure, kept));
    case 'bucket':
      return { complement: false, sql: bucketQuery(tables.users, meaning.bucket) };
    case 'sequence':
      return { complement: false, sql: sequenceQuery(scope, meaning.sequence) };
  }
}

/** How often one event was done, without a look at what it was of: a pass over its days, several times faster than a query. */
async function dayMembers(scope: ProfileScope, meaning: LeafMeaning, run: RunContext): Promise<Bitset | undefined> {
  if (meaning.kind !== 'measure') return undefined;
  const { measure, comparison } = meaning;
  const events = eventsOf(measure);
  const holds = numberTest(comparison);
  if (measure.aggregate !== 'count' || measure.where?.length || events?.length !== 1 || !holds) return undefined;
  const [event] = events;
  const days = await remember(scope, `event days ${event}`, ({ signal }) => readEventDays(scope, event, signal), run);
  return membersByDays(days, measure.window, holds, scope);
}

/** Remembered by what is on the list, so it is not remembered again under its name. */
async function listMembers(scope: LeafScope, id: string, population: Bitset, run: RunContext): Promise<Bitset> {
  const list = scope.idLists!.find((candidate) => candidate.id === id)!;
  return (await idListMembers(scope, list, run)).members.and(population);
}

async function rfmMembers(
  scope: ProfileScope,
  { kind: _, cells, ...convention }: Extract<Meaning, { kind: 'rfm' }>,
  run: RunContext,
): Promise<Bitset> {
  const { scores } = await rfmOf(scope, convention, run);
  const inCells = cellMatcher(cells);
  const members = new Bitset(scope.users);
  scores.userIndexes.forEach((user, i) => {
    if (inCells(scores.recency[i], scores.frequency[i], scores.monetary[i])) members.add(user);
  });
  return members;
}

/** The members that a query names in its `user_index` column. */
export async function readMembers(store: TableStore, query: Sql, users: number, signal?: AbortSignal): Promise<Bitset> {
  const table = await store.query(query, signal);
  return Bitset.of(users, table.getChild('user_index')!.toArray() as Int32Array);
}
