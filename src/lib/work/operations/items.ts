import { UserError } from '../../core/base/errors';
import { populationOf } from '../../core/profiles/population';
import { readItem, type ItemView } from '../../core/profiles/item';
import { readItemsPage } from '../../core/profiles/itemsPage';
import type { Page, PageRequest } from '../../core/profiles/page';
import { buyersRule } from '../../core/segments/buyersRule';
import { membersOf } from '../../core/segments/evaluate';
import { reads } from './context';
import { portraitOf, type Portrait } from './portraits';

export type { AbcClass, ItemStage, ItemView } from '../../core/profiles/item';

/** Items with buyers, orders, quantity, revenue, views. */
export const itemsPage = reads<PageRequest, Page>(async (request, epoch) => readItemsPage(await epoch.data(), request, epoch.signal));

/** One item: its sales by month, class, stage, stock, and what is bought beside it. @throws UserError `item_unknown` */
export const itemsOne = reads<{ itemId: string }, ItemView>(async ({ itemId }, epoch) =>
  readItem(await epoch.data(), itemId, epoch.signal),
);

export interface ItemBuyers {
  itemId: string;
  portrait: Portrait;
  /** Everyone, the buyers included. */
  population: number;
  /** Segments of the plan that can be counted: buyers in each, and customers in each. The buyers' greatest share first. */
  segments: { id: string; buyers: number; customers: number }[];
}

/** Who buys an item: what distinguishes its buyers from everyone else, and in which segments they are. */
export const itemBuyers = reads<{ itemId: string }, ItemBuyers>(async ({ itemId }, epoch) => {
  const scope = await epoch.segments();
  const buyers = await membersOf(scope, buyersRule(itemId), epoch);
  const segments: ItemBuyers['segments'] = [];
  for (const { id, rule } of scope.segments) {
    await epoch.breathe();
    try {
      const members = await membersOf(scope, rule, epoch);
      segments.push({ id, buyers: buyers.and(members).count, customers: members.count });
    } catch (error) {
      // A segment that is wrong says so on its own screen.
      if (!(error instanceof UserError)) throw error;
    }
  }
  segments.sort((a, b) => b.buyers - a.buyers || a.customers - b.customers);
  // That they bought this is what they were chosen by.
  const portrait = await portraitOf(scope, buyers, undefined, ['favoriteItem'], epoch);
  return { itemId, portrait, population: (await populationOf(scope, epoch)).count, segments };
});
