import { UserError } from '../base/errors';
import { quietContext, type RunContext } from '../base/run';
import { bucketQuery } from '../measures/bucket';
import { readKeptColumns } from '../measures/kept';
import { readUserColumns } from '../profiles/attributes';
import { hasSignUp, populationQuery } from '../profiles/population';
import { traitColumns } from '../profiles/profileRelation';
import { identifier, sql } from '../store/sql';
import { kindOf } from './conditions/kindOf';
import type { SegmentScope } from './evaluate';
import { idsOf } from './idList';
import { leafQuery } from './leafMembers';
import type { Meaning } from './meaning';
import { rfmQuery } from './rfmQuery';
import type { LeafRule, Rule } from './rule';
import { checkRule } from './ruleCheck';
import { groupOf } from './walk';

/** Ids of a list that a query may hold; a longer one is a table and no text. */
const idsInText = 2000;

/**
 * A rule as one query for `user_id`, from the templates that count it: it runs on the workspace's own tables, which its
 * first lines name, and gives the same people.
 * @throws UserError as evaluating it does; `id_list_sql` for a list that is too long
 */
export async function ruleSql(scope: SegmentScope, rule: Rule, run: RunContext = quietContext()): Promise<string> {
  await run.breathe();
  const [traits, kept] = [await traitColumns(scope), await readKeptColumns(scope)];
  const parts: string[] = [];
  const named = new Map<string, string>();

  /** The name of a relation of `user_index`; the same text is written once. */
  function relation(text: string): string {
    const known = named.get(text);
    if (known) return known;
    const name = `c${named.size + 1}`;
    named.set(text, name);
    // Its lines stay as they are: a break may be part of a text.
    parts.push(`${name} AS (\n${text}\n)`);
    return name;
  }

  function leaf(meaning: Meaning, opened: readonly string[]): string {
    if (meaning.kind === 'membership') return segment(meaning.segment, opened);
    const { sql: query, complement } = queryOf(meaning);
    return `p.user_index ${complement ? 'NOT IN' : 'IN'} (SELECT user_index FROM ${relation(query.text)})`;
  }

  function queryOf(meaning: Exclude<Meaning, { kind: 'membership' }>) {
    if (meaning.kind === 'rfm') return { complement: false, sql: rfmQuery(scope.profiles, meaning) };
    if (meaning.kind === 'bucket') return { complement: false, sql: bucketQuery(scope.tables.users, meaning.bucket) };
    if (meaning.kind !== 'list') return leafQuery(scope, meaning, traits, kept);
    const ids = idsOf(scope.idLists!.find(({ id }) => id === meaning.list)!);
    if (ids.length > idsInText)
      throw new UserError('id_list_sql', `The list "${meaning.list}" is too long.`, 'Read the rule in words or as YAML.', {
        list: meaning.list,
      });
    const people = scope.personIds ?? sql`SELECT user_index, user_id AS id FROM ${identifier(scope.tables.users)}`;
    return {
      complement: false,
      sql:
        ids.length === 0
          ? sql`SELECT NULL::INTEGER AS user_index WHERE FALSE`
          : sql`SELECT user_index FROM (${people}) WHERE id IN (${ids})`,
    };
  }

  function segment(id: string, opened: readonly string[]): string {
    if (opened.includes(id)) {
      const cycle = [...opened, id].join(' → ');
      throw new UserError('segment_cycle', `The segment refers to itself: ${cycle}.`, 'Remove one of these references.', {
        path: '',
        cycle,
      });
    }
    return condition(scope.segments.find((candidate) => candidate.id === id)!.rule, [...opened, id]);
  }

  /** A whole rule: this one, or that of a segment it refers to. */
  function condition(whole: Rule, opened: readonly string[]): string {
    const [problem] = checkRule(whole, { traits, segments: scope.segments, idLists: scope.idLists, kept });
    if (problem) throw problem;
    return written(whole, opened, '  ');
  }

  function written(node: Rule, opened: readonly string[], indent: string): string {
    const inner = (child: Rule) => written(child, opened, `${indent}  `);
    switch (groupOf(node)) {
      case 'all':
        return joined((node as { all: Rule[] }).all.map(inner), 'AND', 'TRUE', indent);
      case 'any':
        return joined((node as { any: Rule[] }).any.map(inner), 'OR', 'FALSE', indent);
      case 'not':
        return `NOT ${inner((node as { not: Rule }).not)}`;
      default:
        return leaf(kindOf(node as LeafRule).meaning(node, scope), opened);
    }
  }

  const where = condition(rule, []);
  const people = populationQuery(scope, hasSignUp(await readUserColumns(scope)));
  const tables = [scope.tables.users, scope.tables.events, scope.tables.items, scope.profiles];
  return [
    `-- DuckDB; tables: ${tables.join(', ')}; as of ${scope.asOf}`,
    `WITH people AS (\n${people.text}\n)${parts.map((part) => `,\n${part}`).join('')}`,
    `SELECT u.user_id FROM people p JOIN ${identifier(scope.tables.users).text} u ON u.user_index = p.user_index`,
    `WHERE ${where}`,
    `ORDER BY u.user_id`,
  ].join('\n');
}

function joined(parts: readonly string[], by: 'AND' | 'OR', none: string, indent: string): string {
  if (parts.length < 2) return parts[0] ?? none;
  return `(\n${indent}${parts.join(`\n${indent}${by} `)}\n${indent.slice(2)})`;
}
