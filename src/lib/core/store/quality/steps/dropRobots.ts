import { z } from '../../../base/shape';
import { sql } from '../../sql';
import { defaultLimits, tooFast } from '../rates';
import { stepKind } from './stepKind';

const limit = z.number().int().min(1).max(1e9);

/** Everything of ids that act at rates no person reaches. */
export const dropRobots = stepKind(
  'drop-robots',
  z.strictObject({ perMinute: limit.optional(), perHour: limit.optional(), perDay: limit.optional() }).default({}),
  (limits) => sql`SELECT part_no, row_no FROM live SEMI JOIN (${tooFast(sql`live`, { ...defaultLimits, ...limits })}) USING (user_index)`,
);
