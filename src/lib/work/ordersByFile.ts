import type { PlanSource } from '../core/plan/schema';

/*
 * A source of order lines names its files of orders, and which of its files takes from which of them. So two months
 * whose orders have the same numbers stay two months, in whatever order they were imported and when the plan is run again.
 */

type Lines = Pick<PlanSource, 'files' | 'orders'>;

/** The source with what its files take from: said where it has more than one file of orders, since one needs no word. */
export function withOrdersByFile<Source extends Lines>(source: Source, byFile: number[][] | undefined): Source {
  const { orders } = source;
  if (!orders || !byFile) return source;
  const { byFile: _before, ...rest } = orders;
  const isPlain = orders.files.length === 1 && byFile.every((places) => places.length === 1);
  return { ...source, orders: { ...rest, ...(!isPlain && { byFile }) } };
}

/** The orders of both, for the files of both behind each other. A file of orders that both name is one. */
export function joinedOrders(before: Lines, more: Lines): Pick<PlanSource, 'orders'> {
  if (!before.orders && !more.orders) return {};
  const files = [...new Set([...(before.orders?.files ?? []), ...(more.orders?.files ?? [])])];
  const named = (source: Lines) =>
    placesOf(source).map((places) => [...new Set(places.map((place) => files.indexOf(source.orders!.files[place])))]);
  return pick(withOrdersByFile({ files: [], orders: { ...before.orders, ...more.orders, files } }, [...named(before), ...named(more)]));
}

/** The orders of the files that are left, at these places of the source's own: without files of orders that nobody takes from. */
export function keptOrders(source: Lines, kept: readonly number[]): Pick<PlanSource, 'orders'> {
  const { orders } = source;
  if (!orders) return {};
  const all = placesOf(source);
  const places = kept.map((place) => all[place] ?? []);
  const used = orders.files.map((_, place) => place).filter((place) => places.some((some) => some.includes(place)));
  if (used.length === 0) return {};
  const files = used.map((place) => orders.files[place]);
  const byFile = places.map((some) => some.map((place) => used.indexOf(place)));
  return pick(withOrdersByFile({ files: [], orders: { ...orders, files } }, byFile));
}

/** By file of the source; all files of orders where it is not said, none where it has none. */
function placesOf({ files, orders }: Lines): number[][] {
  const all = orders?.files.map((_, place) => place) ?? [];
  return files.map((_, place) => orders?.byFile?.[place] ?? all);
}

const pick = ({ orders }: Lines): Pick<PlanSource, 'orders'> => (orders ? { orders } : {});
