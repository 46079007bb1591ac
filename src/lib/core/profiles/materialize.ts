import type { RunContext } from '../base/run';
import { stableJson } from '../base/hash';
import { readKeptColumns } from '../measures/kept';
import { identifier, sql, type Sql } from '../store/sql';
import type { DataScope } from '../store/dataScope';
import { derivedTable } from '../store/remember';
import { namedAttributes, readUserColumns, type UserAttribute } from './attributes';
import {
  planTraitKind,
  planTraitProblems,
  besideBehind,
  traitContext,
  withReferences,
  type KnownBeside,
  type PlanTrait,
} from './planTraits';
import { hasSignUp, populationQuery } from './population';
import { traitSource, type ProfileScope, type ScoreColumn } from './profileRelation';
import { profileTraits } from './profileTraits';
import { tagPrefix, type Tag } from './tags/tag';
import type { TraitKind } from './traits';
import { openTags, tagColumnKind } from './tags/tagColumns';
import { madeOf, profilesQuery, references, type NamedTrait } from './profilesQuery';

/** What a workspace's plan and models put beside the profiles. */
export interface BesideProfiles {
  traits: readonly PlanTrait[];
  scores: ReadonlyMap<string, ScoreColumn>;
  /** Tags that people were given; none where they are left out. */
  tags?: readonly Tag[];
  /** By which ids people are known; see {@link TagScope}. */
  personIds?: Sql;
  /** Only these traits are made, and what they are made of; all where it is left out. A rule of few is replayed for little. */
  only?: readonly string[];
}

/**
 * Profiles as rules, tables and files see them: the table of profiles, and a table for each trait of the plan, each made
 * where it is missing. A trait that this data cannot give is left out; {@link brokenTraits} says why.
 */
export async function openProfiles(
  scope: DataScope,
  { traits, scores, tags = [], personIds, only }: BesideProfiles,
  run?: RunContext,
): Promise<ProfileScope> {
  const broken = await brokenTraits(scope, traits, knownBeside({ tags, scores }));
  const usable = traits.filter(({ id }) => !broken.has(id));
  const attributes = await attributesOf(scope, usable);
  const needed = only && madeOf(only, [...profileTraits, ...usable]);
  const profiles = await materializeProfiles(scope, run, usable, needed);
  const made = [...profileTraits, ...attributes].map(({ id }) => id).filter((id) => needed?.has(id) ?? true);
  const context = traitContext(usable, attributes, await readKeptColumns(scope), knownBeside({ tags, scores }));
  const isNeeded = ({ id }: { id: string }) => needed?.has(`${tagPrefix}${id}`) ?? true;
  const tagColumns = await openTags({ ...scope, personIds }, tags.filter(isNeeded), run);
  const beside = new Map([...tagColumns, ...scores]);
  const columns = new Map<string, ScoreColumn>();
  for (const trait of usable.filter(({ id }) => needed?.has(id) ?? true)) {
    const needed = withReferences(trait, usable);
    const outside = besideBehind([trait.id], needed);
    const definition = stableJson(needed.map(({ name: _, feature: __, ...definition }) => definition));
    const version = [definition, ...outside.map((id) => `${id}=${beside.get(id)!.version}`)].join(' ');
    const source = { table: traitSource({ profiles, scores: beside }, ...outside), ids: [...made, ...outside] };
    const table = await derivedTable(
      scope,
      'trait',
      version,
      (name) => sql`CREATE TABLE ${name} AS SELECT user_index, ${identifier(trait.id)} AS value
        FROM (${profilesQuery({ tables: scope.tables, asOf: scope.asOf, traits: needed, made: source })}) WHERE ${identifier(trait.id)} IS NOT NULL`,
      run,
    );
    columns.set(trait.id, { table, column: 'value', version, kind: planTraitKind(trait, context) });
  }
  return { ...scope, profiles, ownTraits: columns, tags: tagColumns, scores };
}

/** What tags and scores are there, as {@link brokenTraits} asks. */
export function knownBeside({ tags = [], scores }: Pick<BesideProfiles, 'tags' | 'scores'>): KnownBeside {
  const kinds = tags.map((tag): [string, { kind: TraitKind }] => [`${tagPrefix}${tag.id}`, { kind: tagColumnKind(tag) }]);
  return new Map([...kinds, ...scores]);
}

/** Why some traits of the plan cannot be made of this data, these tags and these scores, by id. */
export async function brokenTraits(scope: DataScope, traits: readonly PlanTrait[], beside: KnownBeside = new Map()) {
  const attributes = await attributesOf(scope, traits);
  const problems = planTraitProblems(traits, attributes, await readKeptColumns(scope), beside);
  const broken = new Map(problems.toReversed().map(({ index, problem }) => [traits[index].id, problem]));
  // What is made of a broken one is broken too.
  for (let found = true; found;) {
    found = false;
    for (const trait of traits) {
      const cause = references(trait).find((id) => broken.has(id));
      if (broken.has(trait.id) || cause === undefined) continue;
      broken.set(trait.id, broken.get(cause)!);
      found = true;
    }
  }
  return broken;
}

/**
 * The table of profiles for the scope's data and instant: one row for everybody in the population, with the built-in
 * traits and the attributes. Made where it is missing.
 * @param planned the plan's traits: an attribute does not take the id of one
 * @param only the columns that are needed, where not all are
 */
export async function materializeProfiles(
  scope: DataScope,
  run?: RunContext,
  planned: readonly PlanTrait[] = [],
  only?: ReadonlySet<string>,
): Promise<string> {
  const attributes = await attributesOf(scope, planned);
  const renamed = attributes.filter(({ id }, i) => id !== namedAttributes(attributes)[i].id).map(({ id }) => id);
  return derivedTable(
    scope,
    'profiles',
    ['profiles', ...renamed, ...(only ? ['only', ...[...only].sort()] : [])].join(' '),
    async (name) => {
      const people = populationQuery(scope, hasSignUp(attributes));
      const all = [...profileTraits, ...attributes.map(({ id, column }): NamedTrait => ({ id, attribute: column }))];
      const traits = all.filter(({ id }) => only?.has(id) ?? true);
      return sql`CREATE TABLE ${name} AS ${profilesQuery({ ...scope, traits, people })} ORDER BY user_index`;
    },
    run,
  );
}

async function attributesOf(scope: DataScope, planned: readonly PlanTrait[]): Promise<UserAttribute[]> {
  return namedAttributes(
    await readUserColumns(scope),
    planned.map(({ id }) => id),
  );
}
