import type { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { queryKeptColumns } from '../measures/kept';
import { pathSeparator } from '../measures/scan';
import { kindOfType, namedAttributes, queryUserColumns, type UserAttribute } from '../profiles/attributes';
import { isAllowed, keptFromModels, personalAttributes, type PrivacyChoices } from '../profiles/personal';
import { planTraitKind, planTraitProblems, traitContext, withReferences, type PlanTrait } from '../profiles/planTraits';
import { activeQuery, hasSignUp, populationQuery } from '../profiles/population';
import { profileTraits } from '../profiles/profileTraits';
import { profilesQuery, references, type NamedTrait } from '../profiles/profilesQuery';
import type { TraitKind } from '../profiles/traits';
import { addDays } from '../schema/asOf';
import type { ColumnClass } from '../schema/privacy/classes';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import { identifier, join, sql, type Sql } from '../store/sql';
import type { DataScope } from '../store/dataScope';
import type { SegmentScope } from '../segments/evaluate';
import type { Seed } from './seed';
import type { EventTarget } from './spec';

/** One column of what is known about customers at a cut-off, before any transformation. */
export type RawFeature = { id: string; origin: 'profile' | 'attribute' } & (
  | { kind: 'number' | 'flag'; values: Float64Array }
  /** Days from the date to the cut-off: negative where the date lies after it. */
  | { kind: 'date'; values: Float64Array }
  | { kind: 'text'; values: (string | null)[] }
);

/** Customers known at a cut-off (with at least one event before it, unless asked otherwise), in the order of their ids, whatever their numbers. NaN is missing. */
export interface FeatureTable {
  cutoff: string;
  userIndexes: Int32Array;
  features: RawFeature[];
  /** What says something about a person and was not allowed: attributes, and traits of the plan that are made of such. */
  personal: LeftOutFeature[];
}

export interface LeftOutFeature {
  /** Id of the trait. */
  id: string;
  /** The attributes that are the reason, each with its class. */
  of: { column: string; class: ColumnClass }[];
}

interface Selected {
  id: string;
  origin: RawFeature['origin'];
  kind: RawFeature['kind'];
  expression: Sql;
}

/** What features and labels are read from; the cut-off is the caller's. */
export interface EventScope extends Pick<DataScope, 'store' | 'tables'>, Partial<Pick<DataScope, 'cache' | 'dataKey' | 'asOf'>> {
  /** The plan's traits: those marked as a feature stand beside the built-in ones, where the data can give them. */
  planTraits?: readonly PlanTrait[];
  /** What the person decided about columns that say something about people. */
  privacy?: PrivacyChoices;
  /** The items' numbers, where tastes are asked for. */
  items?: number;
  /** A segment of the plan as of the scope's instant, where a task compares people with one. */
  seed?(segment: string): Promise<Seed>;
  /** The plan's segments as of another midnight, but those that go by scores or by what has no past. */
  segmentsAt?(asOf: string, run: RunContext): Promise<{ segment: string; members: Bitset }[]>;
  /** Everybody with their traits, and the plan's segments, where a task works on profiles instead of events. */
  people?(): Promise<SegmentScope>;
}

/** Whose features are read, and which. */
export interface FeatureRequest {
  /** Ids of traits that are no features: attributes that a person marked so. */
  leaveOut?: readonly string[];
  /** The number of the one person who is asked for. */
  user?: number;
  /** Those with an event before the cut-off, or whoever was known by then, a users file alone too. */
  people?: 'active' | 'known';
}

/**
 * Features as of a cut-off, by the same query as the profiles: nothing at or after it is seen. Who a customer is, and what
 * may do them harm, is no feature unless the plan's `privacy.allowFeatures` names it.
 */
export async function readFeatures(
  scope: EventScope,
  cutoff: string,
  signal?: AbortSignal,
  { leaveOut = [], user, people = 'active' }: FeatureRequest = {},
): Promise<FeatureTable> {
  const { store, tables, planTraits: planned = [], privacy = {} } = scope;
  const columnsOfUsers = await queryUserColumns(store, tables.users);
  const attributes = namedAttributes(
    columnsOfUsers,
    planned.map(({ id }) => id),
  );
  const kept = await queryKeptColumns(store, tables);
  const context = traitContext(planned, attributes, kept);
  const broken = new Set(planTraitProblems(planned, attributes, kept).map(({ index }) => planned[index].id));
  const chosen = planned.filter((trait) => trait.feature && withReferences(trait, planned).every(({ id }) => !broken.has(id)));
  const needed = [...new Set(chosen.flatMap((trait) => withReferences(trait, planned)))];
  const barred = new Map(
    [...(await personalAttributes(scope, privacy, planned))].filter(([column, { id }]) => !isAllowed(privacy, [column, id])),
  );
  const personal: LeftOutFeature[] = attributes
    .filter(({ column }) => barred.has(column))
    .map(({ id, column }) => ({ id, of: [{ column, class: barred.get(column)!.class }] }));
  const isPersonal = (trait: PlanTrait): boolean => {
    const of = keptFromModels(trait, withReferences(trait, planned), barred, privacy, references);
    if (of.length > 0) personal.push({ id: trait.id, of: of.map(({ column, class: is }) => ({ column, class: is })) });
    return of.length > 0;
  };
  const selected = [
    ...profileTraits.map(({ id, kind }) => feature(id, 'profile', kind)),
    ...attributes.filter(({ column }) => !barred.has(column)).map((attribute) => attributeFeature(attribute, cutoff)),
    ...chosen.filter((trait) => !isPersonal(trait)).map((trait) => planFeature(trait, planTraitKind(trait, context), cutoff)),
  ].filter(({ id }) => !leaveOut.includes(id));
  const columns = selected.map(({ id, expression }) => sql`${expression} AS ${identifier(id)}`);
  const traits = [...profileTraits, ...attributes.map(({ id, column }): NamedTrait => ({ id, attribute: column })), ...needed];
  const seen = { tables, asOf: cutoff };
  const whose = people === 'known' ? populationQuery(seen, hasSignUp(columnsOfUsers)) : activeQuery(seen);
  // From outside: the engine narrows what it can, and a rank stays one among everybody.
  const only = user === undefined ? sql`` : sql` WHERE user_index = ${user}`;
  const table = await store.query(
    sql`SELECT user_index, ${join(columns)} FROM (${profilesQuery({ ...seen, traits, people: whose })})${only} ORDER BY user_id`,
    signal,
  );
  return {
    cutoff,
    userIndexes: indexesOf(table, 'user_index'),
    features: selected.map(({ id, origin, kind }) =>
      kind === 'text' ? { id, origin, kind, values: textsOf(table, id) } : { id, origin, kind, values: numbersOf(table, id) },
    ),
    personal,
  };
}

/** Who did the event within `withinDays` after the cut-off and its gap: 1 or 0 for each of the given customers. */
export async function readLabels(
  scope: EventScope,
  { cutoff, userIndexes }: FeatureTable,
  event: string,
  withinDays: number,
  signal?: AbortSignal,
  of: Pick<EventTarget, 'category' | 'item' | 'gapDays'> = {},
): Promise<Uint8Array> {
  const { store, tables } = scope;
  const table = await store.query(
    sql`SELECT DISTINCT user_index FROM ${identifier(tables.events)}
      WHERE ${eventsAsked(scope, { event, ...of })} AND ${inWindow(cutoff, { withinDays, gapDays: of.gapDays })}`,
    signal,
  );
  const did = new Set(indexesOf(table, 'user_index'));
  return Uint8Array.from(userIndexes, (user) => (did.has(user) ? 1 : 0));
}

/** The days after a cut-off, and after the gap that follows it, that labels look at. */
export function inWindow(cutoff: string, { withinDays, gapDays = 0 }: Pick<EventTarget, 'withinDays' | 'gapDays'>): Sql {
  const after = (days: number) => `${addDays(cutoff.slice(0, 10), days)}T00:00:00`;
  const end = after(gapDays + withinDays);
  return sql`local_ts >= ${after(gapDays)}::TIMESTAMP AND local_ts < ${end}::TIMESTAMP`;
}

/** The events that a target asks about: of one kind, and where it says so of one item or of the items of a category. */
export function eventsAsked(
  { tables }: Pick<EventScope, 'tables'>,
  { event, category, item }: Pick<EventTarget, 'event' | 'category' | 'item'>,
): Sql {
  const of = [
    ...(item === undefined ? [] : [sql`item_id = ${item}`]),
    ...(category === undefined ? [] : [sql`(category = ${category} OR starts_with(category, ${`${category ?? ''}${pathSeparator}`}))`]),
  ];
  if (of.length === 0) return sql`event = ${event}`;
  return sql`event = ${event} AND item_index IN (SELECT item_index FROM ${identifier(tables.items)} WHERE ${join(of, ' AND ')})`;
}

/** A trait as a feature: numbers as doubles, dates as days before the cut-off. */
function feature(id: string, origin: RawFeature['origin'], kind: TraitKind, cutoff = ''): Selected {
  const column = identifier(id);
  switch (kind) {
    case 'boolean':
      return { id, origin, kind: 'flag', expression: sql`${column}::INTEGER::DOUBLE` };
    case 'date':
      return { id, origin, kind: 'date', expression: sql`date_diff('day', ${column}::DATE, ${cutoff}::DATE)::DOUBLE` };
    case 'text':
      return { id, origin, kind: 'text', expression: sql`${column}::VARCHAR` };
    default:
      return { id, origin, kind: 'number', expression: sql`${column}::DOUBLE` };
  }
}

function attributeFeature({ id, type }: UserAttribute, cutoff: string): Selected {
  return feature(id, 'attribute', kindOfType(type), cutoff);
}

/** A plan's trait counts as behaviour, unless it is a customer's attribute under another name. */
function planFeature(trait: PlanTrait, kind: TraitKind, cutoff: string): Selected {
  return feature(trait.id, 'attribute' in trait ? 'attribute' : 'profile', kind, cutoff);
}
