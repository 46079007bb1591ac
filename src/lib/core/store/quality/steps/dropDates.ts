import { z } from '../../../base/shape';
import { addDays } from '../../../schema/asOf';
import { sql } from '../../sql';
import { dayOption, stepKind } from './stepKind';

/** Events later than a local day. The day is written out, so that a later run removes the same. */
export const dropFuture = stepKind(
  'drop-future',
  z.strictObject({ after: dayOption }),
  ({ after }) => sql`SELECT part_no, row_no FROM live WHERE local_ts >= ${addDays(after, 1)}::TIMESTAMP`,
);

/** Events earlier than a local day: clocks that were never set write 1970, spreadsheets 1900. */
export const dropBefore = stepKind(
  'drop-before',
  z.strictObject({ before: dayOption }),
  ({ before }) => sql`SELECT part_no, row_no FROM live WHERE local_ts < ${before}::TIMESTAMP`,
);
