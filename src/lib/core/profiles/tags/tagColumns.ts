import type { RunContext } from '../../base/run';
import type { DataScope } from '../../store/dataScope';
import { derivedTable, remember } from '../../store/remember';
import { identifier, sql, type Sql } from '../../store/sql';
import { textsOf, numbersOf } from '../../store/columns';
import type { ScoreColumn } from '../profileRelation';
import type { TraitKind } from '../traits';
import { sizeOf, tagKey, tagPrefix, type Tag } from './tag';

/** Where tags find people: the data, and by which ids it knows them. */
export interface TagScope extends DataScope {
  /** `user_index, id` of every id of every person, merged ones too; the users table's own ids where it is left out. */
  personIds?: Sql;
}

/**
 * Each tag as a column beside the profiles, by the id of its trait. One has a tag without labels or not, whoever it is;
 * of one with labels, people without have no value. Tags have no past: as of any day they are as they stand in the plan.
 */
export async function openTags(scope: TagScope, tags: readonly Tag[], run?: RunContext): Promise<Map<string, ScoreColumn>> {
  const columns = new Map<string, ScoreColumn>();
  for (const tag of tags) {
    const version = `${tagKey(tag)} ${scope.personIds?.text ?? ''}`;
    const table = await derivedTable(
      { ...scope, asOf: '' },
      'tag',
      version,
      (name) => sql`CREATE TABLE ${name} AS ${tagQuery(scope, tag)}`,
      run,
    );
    columns.set(`${tagPrefix}${tag.id}`, { table, column: 'value', version, kind: tagColumnKind(tag) });
  }
  return columns;
}

export function tagColumnKind({ kind }: Pick<Tag, 'kind'>): TraitKind {
  return kind === 'label' ? 'text' : 'boolean';
}

/** Whom a tag names. */
export interface TagReport {
  /** Lines of it. */
  ids: number;
  people: number;
  /** Ids that the data does not know, and some of them. */
  unknown: number;
  unknownIds: string[];
}

/** Unknown ids that are shown. */
const idsShown = 100;

export async function reportTag(scope: TagScope, tag: Tag, run: RunContext): Promise<TagReport> {
  const what = `tag report ${tagKey(tag)} ${scope.personIds?.text ?? ''}`;
  return remember(
    { ...scope, asOf: '' },
    what,
    async ({ signal }) => {
      const missed = sql`FROM (${cellsQuery(tag)}) c ANTI JOIN (${personsQuery(scope)}) p ON p.id = c.id`;
      const unknown = await scope.store.query(
        sql`SELECT c.id, min(c.place) AS place ${missed} GROUP BY c.id ORDER BY place LIMIT ${idsShown}`,
        signal,
      );
      const counts = await scope.store.query(
        sql`SELECT (SELECT count(DISTINCT c.id) ${missed})::DOUBLE AS unknown, (SELECT count(*) FROM (${taggedQuery(scope, tag)}))::DOUBLE AS people`,
        signal,
      );
      const [n] = numbersOf(counts, 'unknown');
      return { ids: sizeOf(tag), people: numbersOf(counts, 'people')[0], unknown: n, unknownIds: textsOf(unknown, 'id') as string[] };
    },
    run,
  );
}

function tagQuery(scope: TagScope, tag: Tag): Sql {
  const tagged = taggedQuery(scope, tag);
  if (tag.kind === 'label') return sql`SELECT user_index, label AS value FROM (${tagged}) WHERE label <> ''`;
  return sql`SELECT u.user_index, t.user_index IS NOT NULL AS value
    FROM ${identifier(scope.tables.users)} u LEFT JOIN (${tagged}) t ON t.user_index = u.user_index`;
}

/** `user_index, label` of everybody who has it: of two labels, the later one. */
function taggedQuery(scope: TagScope, tag: Tag): Sql {
  return sql`SELECT p.user_index, arg_max(c.label, c.place) AS label FROM (${cellsQuery(tag)}) c
    JOIN (${personsQuery(scope)}) p ON p.id = c.id GROUP BY p.user_index`;
}

/** `id, label, place` of its lines. The text is one literal: a literal for each person would take longer to parse than to find. */
function cellsQuery({ given }: Tag): Sql {
  const text = given.map(({ people }) => people).join('\n');
  return sql`SELECT split_part(line, chr(9), 1) AS id, split_part(line, chr(9), 2) AS label, place
    FROM (SELECT unnest(lines) AS line, generate_subscripts(lines, 1) AS place FROM (SELECT string_split(${text}, chr(10)) AS lines))
    WHERE line <> ''`;
}

function personsQuery({ personIds, tables }: TagScope): Sql {
  return personIds ?? sql`SELECT user_index, user_id AS id FROM ${identifier(tables.users)}`;
}
