import { sql } from './sql';

/**
 * What tells two orders of one customer apart, over the columns of `events`: the order id, or the local day where the
 * file has no order ids (all that was bought on one day is one order).
 */
export const orderKey = sql`coalesce(order_id, 'day ' || local_ts::DATE)`;
