import { readItem, type ItemView } from '../../core/profiles/item';
import { readItemsPage } from '../../core/profiles/itemsPage';
import type { Page, PageRequest } from '../../core/profiles/page';
import { reads } from './context';

export type { AbcClass, ItemStage, ItemView } from '../../core/profiles/item';

/** Items with buyers, orders, quantity, revenue, views. */
export const itemsPage = reads<PageRequest, Page>(async (request, epoch) => readItemsPage(await epoch.data(), request, epoch.signal));

/** One item: its sales by month, class, stage, and what is bought beside it. @throws UserError `item_unknown` */
export const itemsOne = reads<{ itemId: string }, ItemView>(async ({ itemId }, epoch) =>
  readItem(await epoch.data(), itemId, epoch.signal),
);
