import type { CheckKind } from './check';
import { amountOutliers, freeSales, negativeAmounts, refundsWithoutSale } from './checks/amounts';
import { basketOutliers } from './checks/baskets';
import { constantColumns, contactMisplaced, emptyColumns, mixedTypes } from './checks/columns';
import { dailyGaps, dailyJumps } from './checks/dailySeries';
import { earlyDates, futureDates } from './checks/dates';
import { orderIdsShared, orderLinesTwice } from './checks/duplicateOrders';
import { exactDuplicates } from './checks/exactDuplicates';
import { fileOverlap } from './checks/fileOverlap';
import { peopleNotListed, peopleWithoutEvents, unknownItems } from './checks/orphans';
import { robots } from './checks/robots';
import { unknownEvents } from './checks/unknownEvents';

/** All checks, the weightier ones first. A new one is a file in `checks/`, a line here, and its words `quality_check_<id>`. */
export const checks: readonly CheckKind[] = [
  fileOverlap,
  exactDuplicates,
  orderLinesTwice,
  futureDates,
  earlyDates,
  negativeAmounts,
  robots,
  amountOutliers,
  freeSales,
  refundsWithoutSale,
  basketOutliers,
  dailyGaps,
  dailyJumps,
  unknownItems,
  peopleNotListed,
  peopleWithoutEvents,
  orderIdsShared,
  contactMisplaced,
  mixedTypes,
  constantColumns,
  emptyColumns,
  unknownEvents,
];
