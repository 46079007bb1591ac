import { cdnow } from './cdnow';
import { eventLog } from './eventLog';
import { ga4BigQuery, ga4Items } from './ga4';
import { instacart } from './instacart';
import { movielens } from './movielens';
import type { SourcePreset } from './preset';
import { recbole } from './recbole';
import { retailRocket } from './retailRocket';
import { segment } from './segment';
import { shopifyCustomers } from './shopifyCustomers';
import { shopifyOrders } from './shopifyOrders';
import { taobaoBehavior } from './taobaoBehavior';
import { taobaoOrders } from './taobaoOrders';
import { uciOnlineRetail } from './uciOnlineRetail';
import { youzan } from './youzan';

/** Asked in this order; the first that recognises the file maps it. */
export const sourcePresets: readonly SourcePreset[] = [
  uciOnlineRetail,
  shopifyOrders,
  shopifyCustomers,
  taobaoOrders,
  youzan,
  segment,
  ga4BigQuery,
  ga4Items,
  recbole,
  retailRocket,
  instacart,
  movielens,
  cdnow,
  taobaoBehavior,
  eventLog,
];
