import { z } from '../../../base/shape';
import { moneyBound } from '../../../schema/bounds';
import { orderEvent, refundEvents } from '../../../schema/events';
import { join, sql } from '../../sql';
import { stepKind } from './stepKind';

/** Lines whose money cannot be meant: beyond a bound (either sign), sales for nothing, and amounts below zero that are no refund. */
export const dropAmounts = stepKind(
  'drop-amounts',
  z
    .strictObject({
      /** In units of the plan's currency, of one line; lines in a currency without a rate stay. */
      above: z.number().positive().max(moneyBound).optional(),
      free: z.boolean().optional(),
      negative: z.boolean().optional(),
    })
    .refine(({ above, free, negative }) => above !== undefined || free || negative, 'at least one of above, free, negative'),
  ({ above, free, negative }, { amounts }) => {
    const fits = [
      ...(above === undefined ? [] : [sql`abs(value) > ${above}`]),
      ...(free ? [sql`(event = ${orderEvent} AND value = 0)`] : []),
      ...(negative ? [sql`(event NOT IN (${[...refundEvents]}) AND (value < 0 OR price < 0 OR quantity < 0))`] : []),
    ];
    return sql`SELECT part_no, row_no FROM (SELECT part_no, row_no, event, quantity, ${amounts} FROM live) WHERE ${join(fits, ' OR ')}`;
  },
);
