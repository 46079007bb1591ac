import type { Bitset } from '../../base/bitset';
import { UserError } from '../../base/errors';
import { inStretches, type RunContext } from '../../base/run';
import type { Points } from '../../math/points';
import { activeQuery, populationOf } from '../../profiles/population';
import { isNumeric, type ProfileColumn } from '../../profiles/profileColumns';
import { requireColumn, traitColumns, traitSource, type ProfileScope } from '../../profiles/profileRelation';
import { membersOf, type SegmentScope } from '../../segments/evaluate';
import { indexesOf, numbersOf } from '../../store/columns';
import { identifier, join, sql } from '../../store/sql';
import { keptRows, shaped, type ShapeOptions, type TraitColumn, type TraitShape } from './shape';

/** People with the values that they are grouped by, in the order of their ids, whatever their numbers. */
export interface TraitRows {
  users: Int32Array;
  columns: TraitColumn[];
}

/** Everybody who takes part, as points. */
export interface PlacedPeople {
  users: Int32Array;
  /** Where each stands among the {@link TraitRows}. */
  rows: Int32Array;
  points: Points;
  /** People of the group who do not take part: of an outlier or a missing value. */
  leftOut: number;
}

/** Whom a clustering is of: the members of a segment, or everybody where none is named (or the plan has lost it). */
export function peopleAsked(scope: SegmentScope, segment: string | undefined, run: RunContext): Promise<Bitset> {
  const within = scope.segments.find(({ id }) => id === segment);
  return within ? membersOf(scope, within.rule, run) : populationOf(scope, run);
}

/** Whether people can be grouped by a trait: a number, a yes/no or a date, and none that comes from a model. */
export function isPlaceable({ kind, origin }: Pick<ProfileColumn, 'kind' | 'origin'>): boolean {
  return origin !== 'score' && (isNumeric(kind) || kind === 'boolean' || kind === 'date');
}

/** Of the members who ever did anything. @throws UserError `column_unknown`, `clusters_trait_unfit` */
export async function readTraitRows(scope: ProfileScope, traits: readonly string[], members: Bitset, run: RunContext): Promise<TraitRows> {
  const known = await traitColumns(scope);
  const chosen = traits.map((id) => requireColumn(known, id));
  const unfit = chosen.find((trait) => !isPlaceable(trait));
  if (unfit) throw traitUnfit(unfit.id);
  const columns = chosen.map(({ id, kind }, i) => {
    const column = identifier(id);
    const value = kind === 'date' ? sql`epoch_ms(${column}::TIMESTAMP)` : kind === 'boolean' ? sql`${column}::INTEGER` : column;
    return sql`(${value})::DOUBLE AS ${identifier(`v${i}`)}`;
  });
  const table = await scope.store.query(
    sql`SELECT p.user_index, ${join(columns)} FROM ${traitSource(scope, ...traits)} p
      JOIN (${activeQuery(scope)}) active ON active.user_index = p.user_index ORDER BY p.user_id`,
    run.signal,
  );
  const everyone = indexesOf(table, 'user_index');
  const rows = Int32Array.from(everyone, (_, row) => row).filter((row) => members.has(everyone[row]));
  return {
    users: rows.map((row) => everyone[row]),
    columns: chosen.map(({ id, kind }, i) => {
      const values = numbersOf(table, `v${i}`);
      return { trait: id, kind, values: Float64Array.from(rows, (row) => values[row]) };
    }),
  };
}

export function traitUnfit(trait: string): UserError {
  return new UserError(
    'clusters_trait_unfit',
    `People cannot be grouped by "${trait}": it is a text or the score of a model.`,
    'Choose traits that are numbers, dates or yes/no.',
    { trait },
  );
}

/** The coordinates of those who take part; traits that say nothing (a spread of 0) are no coordinates. */
export async function placePeople(
  { users, columns }: TraitRows,
  shapes: readonly TraitShape[],
  options: ShapeOptions,
  run: RunContext,
): Promise<PlacedPeople> {
  const kept = keptRows(columns, shapes, options);
  const rows = Int32Array.from(users, (_, row) => row).filter((row) => kept[row] === 1);
  const used = shapes.flatMap((shape, at) => (shape.spread > 0 ? [{ shape, values: columns[at].values }] : []));
  const values = new Float32Array(rows.length * used.length);
  await inStretches(rows.length, run, (start, end) => {
    used.forEach(({ shape, values: raw }, at) => {
      for (let i = start; i < end; i++) values[i * used.length + at] = shaped(shape, raw[rows[i]], options.outliers);
    });
  });
  return {
    users: rows.map((row) => users[row]),
    rows,
    points: { rows: rows.length, columns: used.length, values },
    leftOut: users.length - rows.length,
  };
}
