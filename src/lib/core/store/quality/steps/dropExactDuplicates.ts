import { identifier, join, sql } from '../../sql';
import { noOptions, stepKind } from './stepKind';

/**
 * Of rows that are equal in every column one stays: that of the source whose id comes first. Which of them it is does
 * not matter to the content, so the order of files does not either.
 */
export const dropExactDuplicates = stepKind('drop-exact-duplicates', noOptions, (_options, { columns }) => {
  // Local times follow from the instants.
  const compared = columns.filter((name) => name !== 'local_ts').map(identifier);
  return sql`
    SELECT part_no, row_no FROM (
      SELECT part_no, row_no, row_number() OVER (PARTITION BY ${join(compared)} ORDER BY source_rank, part_no, row_no) AS place
      FROM live SEMI JOIN (
        SELECT user_index, ts, event, item_index FROM live GROUP BY user_index, ts, event, item_index HAVING count(*) > 1
      ) USING (user_index, ts, event, item_index))
    WHERE place > 1`;
});
