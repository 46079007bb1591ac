import { z } from '../../base/shape';
import { UserError } from '../../base/errors';
import { isNumeric } from '../profileColumns';
import type { DefinitionKind } from './kind';

export interface RankDefinition {
  of: string;
  /** `percent`: the share of customers with a value that have no greater one, 1 for the greatest. `place`: 1 is the greatest. Equal values share one. */
  as: 'percent' | 'place';
}

/** Where a customer stands among all who have a value. */
export const rankTrait: DefinitionKind<RankDefinition> = {
  schema: z.strictObject({ of: z.string().min(1), as: z.enum(['percent', 'place']) }),
  refersTo: ({ of }) => [of],
  rename: (rank, from, to) => (rank.of === from ? { ...rank, of: to } : rank),
  kindOf: ({ as }) => (as === 'percent' ? 'share' : 'count'),
  check({ of }, { kindOf }) {
    const kind = kindOf(of);
    if (kind === undefined || isNumeric(kind) || kind === 'date') return [];
    return [new UserError('rank_needs_order', `"${of}" has no greater and smaller.`, 'Rank by a number or a date.', { trait: of })];
  },
  expression({ of, as }, { dialect: { sql }, trait }) {
    const value = trait(of);
    const known = sql`PARTITION BY ${value} IS NULL ORDER BY ${value}`;
    const place = as === 'percent' ? sql`cume_dist() OVER (${known})` : sql`CAST(rank() OVER (${known} DESC) AS INTEGER)`;
    return sql`CASE WHEN ${value} IS NOT NULL THEN ${place} END`;
  },
};
