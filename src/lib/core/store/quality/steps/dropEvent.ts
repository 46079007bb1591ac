import { z } from '../../../base/shape';
import { sql } from '../../sql';
import { stepKind } from './stepKind';

/** Events of these names: heartbeats, scrolls and tests, which say nothing of anybody. */
export const dropEvent = stepKind(
  'drop-event',
  z.strictObject({ events: z.array(z.string().min(1)).min(1).max(100) }),
  ({ events }) => sql`SELECT part_no, row_no FROM live WHERE event IN (${[...new Set(events)].sort()})`,
);
