import { UserError } from '../../core/base/errors';
import type { Cell, Page, PageRequest } from '../../core/profiles/page';
import { readBaskets } from '../../core/recommendations/baskets';
import { bundleMoney, type BundleMoney } from '../../core/recommendations/bundleMoney';
import { findBundles, leastOrdersOf, mostBundled, type Bundles } from '../../core/recommendations/bundles';
import { readItemMoney, type ItemMoney } from '../../core/recommendations/itemMoney';
import { remember } from '../../core/store/remember';
import { itemTexts, type ItemTexts } from '../itemTexts';
import type { Epoch } from '../epoch';
import { reads } from './context';

export interface BundlesRequest extends PageRequest {
  /** Off the price of a bundle, 0 … 1. */
  discount: number;
  /** In how many orders a bundle must stand; left out, it follows the data. */
  leastOrders?: number;
  /** Only bundles with this item. */
  item?: string;
}

export interface BundlesPage extends Page {
  /** Orders in all. */
  orders: number;
  leastOrders: number;
  /** Whether the margin of any of them is known. */
  hasCosts: boolean;
  /** False where memory was spent: then bundles of the `completeFor` best-selling items are all there. */
  complete: boolean;
  completeFor: number;
  /** The title of the item that was asked for. */
  itemTitle?: string;
}

const figures = [
  'size',
  'orders',
  'share',
  'confidence',
  'lift',
  'price',
  'discounted',
  'margin',
  'discountedMargin',
  'neededMore',
] as const;
type Figure = (typeof figures)[number];
/** `ids`: the item ids, one a line. `from` and `to`: what the surest rule starts from and leads to, in words. */
export const bundleColumns = ['ids', 'from', 'to', ...figures, 'ordersFrom', 'ordersTo'] as const;

/**
 * Pairs and triples of items in the same orders, with the surest rule of each and what a discount does to the margin.
 * Equal rows come in the order of their items' ids. Progress: `itemsets`, `rules`.
 * @throws UserError `item_unknown`, `column_unknown`
 */
export const bundlesPage = reads<BundlesRequest, BundlesPage>(async (request, epoch) => {
  const found = await bundlesOf(epoch, request.leastOrders);
  const { bundles, money } = found;
  const rows = wantedRows(request, found);
  const hasCosts = rows.some((at) => itemsOf(bundles, at).every((item) => !Number.isNaN(money.costs[item])));
  sortRows(rows, request, found);
  return {
    total: rows.length,
    columns: [...bundleColumns],
    rows: rows.slice(request.offset, request.offset + request.limit).map((at) => cellsOf(found, at, request.discount)),
    orders: bundles.baskets,
    leastOrders: found.leastOrders,
    hasCosts,
    complete: bundles.complete,
    completeFor: bundles.completeFor,
    ...(request.item !== undefined && { itemTitle: found.texts.lines[found.texts.numbers.get(request.item)!]!.title }),
  };
});

interface Found {
  bundles: Bundles;
  money: ItemMoney;
  texts: ItemTexts;
  leastOrders: number;
}

async function bundlesOf(epoch: Epoch, asked: number | undefined): Promise<Found> {
  const data = await epoch.data();
  const baskets = await remember(data, 'baskets', ({ signal }) => readBaskets(data, signal), epoch);
  const leastOrders = Math.max(1, Math.floor(asked ?? leastOrdersOf(baskets)));
  return {
    leastOrders,
    bundles: await remember(data, `bundles ${leastOrders}`, (run) => findBundles(baskets, leastOrders, run), epoch),
    money: await remember(data, 'item money', ({ signal }) => readItemMoney(data, signal), epoch),
    texts: await itemTexts(epoch),
  };
}

function wantedRows({ item: itemId, search = '' }: BundlesRequest, { bundles, texts }: Found): number[] {
  const item = itemId === undefined ? undefined : texts.numbers.get(itemId);
  if (itemId !== undefined && item === undefined) {
    throw new UserError('item_unknown', `There is no item "${itemId}".`, 'Ids are compared exactly, with every zero and letter case.', {
      item: itemId,
    });
  }
  const typed = search.trim().toLowerCase();
  const fits = texts.lines.map(
    (line) => line && [line.itemId, line.title, line.category ?? ''].some((text) => text.toLowerCase().includes(typed)),
  );
  return Array.from({ length: bundles.count }, (_, at) => at).filter((at) => {
    const own = itemsOf(bundles, at);
    return (item === undefined || own.includes(item)) && (typed === '' || own.some((one) => fits[one]));
  });
}

function itemsOf({ items, sizes }: Bundles, at: number): Int32Array {
  return items.subarray(at * mostBundled, at * mostBundled + sizes[at]);
}

function moneyOf({ bundles, money }: Found, at: number, discount: number): BundleMoney {
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  const own = Array.from(itemsOf(bundles, at));
  return bundleMoney(
    own.map((item) => known(money.prices[item])),
    own.map((item) => known(money.costs[item])),
    discount,
  );
}

function figureOf(found: Found, at: number, figure: Figure, discount: number): number | null {
  const { bundles } = found;
  switch (figure) {
    case 'size':
      return bundles.sizes[at];
    case 'orders':
      return bundles.orders[at];
    case 'share':
      return bundles.orders[at] / bundles.baskets;
    case 'confidence':
      return bundles.confidence[at];
    case 'lift':
      return bundles.lift[at];
    default:
      return moneyOf(found, at, discount)[figure];
  }
}

/** Nothing known comes last, whichever way is sorted. */
function sortRows(rows: number[], { sort, discount }: BundlesRequest, found: Found): void {
  const { texts, bundles } = found;
  const figure = figures.find((name) => name === sort?.column);
  const textual = sort?.column === 'from' || sort?.column === 'to';
  if (sort && !figure && !textual) {
    throw new UserError('column_unknown', `There is no column "${sort.column}".`, `There are: ${bundleColumns.join(', ')}.`, {
      column: sort.column,
      known: bundleColumns.join(', '),
    });
  }
  const way = sort?.descending ? -1 : 1;
  const text = new Map(rows.map((at) => [at, textual ? wordsOf(found, at)[sort!.column as 'from' | 'to'] : idsOf(texts, bundles, at)]));
  const value = new Map(rows.map((at) => [at, figure ? figureOf(found, at, figure, discount) : 0]));
  const byText = (a: number, b: number) => (text.get(a)! < text.get(b)! ? -1 : text.get(a)! > text.get(b)! ? 1 : a - b);
  rows.sort((a, b) => {
    const [left, right] = [value.get(a)!, value.get(b)!];
    if (textual) return way * byText(a, b);
    if (left === null || right === null) return left === right ? byText(a, b) : left === null ? 1 : -1;
    return way * (left - right) || byText(a, b);
  });
}

function idsOf({ lines }: ItemTexts, bundles: Bundles, at: number): string {
  return Array.from(itemsOf(bundles, at), (item) => lines[item]!.itemId).join('\n');
}

function wordsOf({ texts: { lines }, bundles }: Found, at: number): { from: string; to: string } {
  const titles = Array.from(itemsOf(bundles, at), (item) => lines[item]!.title);
  return { from: titles.slice(0, -1).join(' + '), to: titles.at(-1)! };
}

function cellsOf(found: Found, at: number, discount: number): Cell[] {
  const { bundles, texts } = found;
  const { from, to } = wordsOf(found, at);
  const numbers = figures.map((figure) => figureOf(found, at, figure, discount));
  return [idsOf(texts, bundles, at), from, to, ...numbers, bundles.ordersFrom[at], bundles.ordersTo[at]];
}
