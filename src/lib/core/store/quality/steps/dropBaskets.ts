import { z } from '../../../base/shape';
import { quantityBound } from '../../../schema/bounds';
import { orderEvent } from '../../../schema/events';
import { orderKey } from '../../orderKey';
import { sql } from '../../sql';
import { stepKind } from './stepKind';

/** Whole orders with more lines, or a greater quantity, than given; their refunds go with them. */
export const dropBaskets = stepKind(
  'drop-baskets',
  z
    .strictObject({ lines: z.number().int().min(1).max(1e9).optional(), quantity: z.number().positive().max(quantityBound).optional() })
    .refine(({ lines, quantity }) => lines !== undefined || quantity !== undefined, 'at least one of lines, quantity'),
  ({ lines = quantityBound, quantity = quantityBound }) => sql`
    SELECT part_no, row_no FROM (SELECT *, ${orderKey} AS basket FROM live WHERE event IN ('order_completed', 'order_refunded', 'order_cancelled'))
    SEMI JOIN (
      SELECT user_index, ${orderKey} AS basket FROM live WHERE event = ${orderEvent} GROUP BY user_index, basket
      HAVING count(*) > ${lines} OR sum(quantity::DECIMAL(38,4)) > ${quantity}
    ) USING (user_index, basket)`,
);
