import type { Operation, OperationContext } from './context';
import { readCustomer, type CustomerView } from '../../core/profiles/customer';
import { readEventValues, type EventValue } from '../../core/profiles/eventValues';
import { readHistogram, type Histogram } from '../../core/profiles/histogram';
import { readItemsPage } from '../../core/profiles/itemsPage';
import type { Page, PageRequest } from '../../core/profiles/page';
import { readProfilesPage } from '../../core/profiles/profilesPage';
import { readTraits } from '../../core/profiles/traitSummary';
import type { TraitInfo } from '../../core/profiles/traits';
import { membersOf, type SegmentScope } from '../../core/segments/evaluate';
import type { TextProperty } from '../../core/measures/measure';
import type { Rule } from '../../core/segments/rule';
import { ensureProfiles } from '../profilesTable';
import { segmentScope } from '../segmentScope';

export type { CustomerView, TimelineEvent } from '../../core/profiles/customer';
export type { Cell, Page, PageRequest } from '../../core/profiles/page';

export const traitsList: Operation<void, TraitInfo[]> = async (_input, { desk, signal }) => readTraits(await segmentScope(desk), signal);

/** Customers per bin of a numeric trait, within a segment where one is given. */
export const traitHistogram: Operation<{ trait: string; bins: number; rule?: Rule }, Histogram> = async (
  { trait, bins, rule },
  context,
) => {
  const scope = await segmentScope(context.desk);
  return readHistogram(scope, trait, bins, await membersIn(scope, rule, context), context.signal);
};

/** Customers (of a segment, where a rule is given) with all traits as columns; `user_id` comes first. */
export const profilesPage: Operation<PageRequest & { rule?: Rule }, Page> = async ({ rule, ...request }, context) => {
  const scope = await segmentScope(context.desk);
  return readProfilesPage(scope, request, await membersIn(scope, rule, context), context.signal);
};

/** @throws UserError `user_unknown` */
export const profilesOne: Operation<{ userId: string; timelineOffset?: number; timelineLimit?: number }, CustomerView> = async (
  { userId, timelineOffset, timelineLimit },
  { desk, signal },
) => readCustomer(await segmentScope(desk), userId, { offset: timelineOffset, limit: timelineLimit }, signal);

/** Items with buyers, orders, quantity, revenue, views. */
export const itemsPage: Operation<PageRequest, Page> = async (request, { desk, signal }) =>
  readItemsPage(await ensureProfiles(desk), request, signal);

/** Values of an event property that contain the search text, most frequent first: choices for the rule builder. `event` lists event names. */
export const valuesList: Operation<{ property: TextProperty | 'event'; search?: string; limit: number }, EventValue[]> = async (
  { property, search = '', limit },
  { desk, signal },
) => readEventValues(await ensureProfiles(desk), property, search, limit, signal);

async function membersIn(scope: SegmentScope, rule: Rule | undefined, run: OperationContext) {
  return rule && membersOf(scope, rule, run);
}
