import { inStretches, type RunContext } from '../../base/run';
import type { StagedEntities, StagedSource } from '../../schema/staging/staged';
import type { TextPool } from '../../schema/staging/textPool';
import { onlyInRemoved } from '../quality/onlyInRemoved';
import { identifier, join, sql, type Sql } from '../sql';
import { plainId, type IdUse, type Numbers } from './numbering';
import { eventsOf, type DatasetSource } from './version';

export type EntityKind = 'users' | 'items';

export const indexName = { users: 'user_index', items: 'item_index' } as const;
export const idName = { users: 'user_id', items: 'item_id' } as const;

/** The pools in which the new sources' ids lie, each with the codes that occur. */
export async function usesOf(add: readonly { staged: StagedSource }[], kind: EntityKind, run: RunContext): Promise<IdUse[]> {
  const uses = new Map<TextPool, IdUse>();
  for (const { staged } of add) {
    const idKind = kind === 'users' ? (staged.userIdKind ?? plainId) : plainId;
    const links = kind === 'users' ? (staged.links ?? []).map(({ user }) => user) : [];
    for (const column of [kind === 'users' ? staged.events?.user : staged.events?.item, staged[kind]?.id, ...links]) {
      if (!column) continue;
      const known = uses.get(column.pool);
      const used = known?.used ?? new Uint8Array(column.pool.size);
      const { codes } = column;
      await inStretches(codes.length, run, (start, end) => {
        for (let row = start; row < end; row++) if (codes[row] >= 0) used[codes[row]] = 1;
      });
      uses.set(column.pool, { kind: idKind, pool: column.pool, used });
    }
  }
  return [...uses.values()];
}

/** Every number that the new sources mention, ascending. */
export function mentionedNumbers({ ofUse, space }: Pick<Numbers, 'ofUse' | 'space'>): Int32Array {
  const seen = new Uint8Array(space.size);
  for (const numbers of ofUse.values()) for (let i = 0; i < numbers.length; i++) if (numbers[i] >= 0) seen[numbers[i]] = 1;
  return marked(seen);
}

/** Where there is a 1, ascending. */
function marked(marks: Uint8Array): Int32Array {
  const places = new Int32Array(marks.length);
  let count = 0;
  for (let i = 0; i < marks.length; i++) if (marks[i] === 1) places[count++] = i;
  return places.slice(0, count);
}

/** Raw numbers that some source has, from the tables themselves. */
export function presentIn(kind: EntityKind, sources: readonly DatasetSource[]): Sql {
  const index = identifier(indexName[kind]);
  const from = [
    sql`SELECT DISTINCT ${index} AS number FROM (${eventsOf(sources)}) WHERE ${index} >= 0`,
    ...sources.flatMap((source) => {
      const table = source.stated[kind];
      if (table === null) return [];
      const stated = sql`SELECT number FROM ${identifier(table)}`;
      const gone = onlyInRemoved(source, indexName[kind]);
      return [gone ? sql`(${stated} EXCEPT (${gone}))` : stated];
    }),
  ];
  return join(from, ' UNION ');
}

export function numberOfRows({ id }: Pick<StagedEntities, 'id'>, numbers: Int32Array): Int32Array {
  return id.codes.map((code) => numbers[code]);
}

export function codesUsed(numberOfCode: Int32Array): Int32Array {
  const marks = new Uint8Array(numberOfCode.length);
  for (let code = 0; code < marks.length; code++) marks[code] = numberOfCode[code] >= 0 ? 1 : 0;
  return marked(marks);
}
