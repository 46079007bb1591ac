import { m } from '$lib/paraglide/messages';
import { format } from '$lib/state/format.svelte';
import type { ItemView } from '$lib/work/operations/items';
import type { FigureLine } from '../figureLine';

/** All that is known of an item as figures, each with what it counts; what says nothing of it is left out. */
export function itemFigures(item: ItemView): FigureLine[] {
  const sold = item.orders > 0;
  const lines: Omit<FigureLine, 'key'>[] = [];
  if (sold) {
    lines.push(
      { term: m.shell_items_revenue(), text: format().money(item.revenue), definition: m.shell_items_revenue_definition() },
      { term: m.shell_items_quantity(), text: format().number(item.quantity, 1), definition: m.shell_items_quantity_definition() },
      { term: m.shell_items_orders(), text: format().count(item.orders), definition: m.shell_items_orders_definition() },
      {
        term: m.shell_items_buyers(),
        text: m.shell_item_repeat({
          buyers: format().count(item.buyers),
          share: format().percent(item.repeatBuyers / Math.max(1, item.buyers)),
        }),
        definition: m.shell_item_repeat_definition(),
      },
      { term: m.shell_item_first_sold(), text: format().date(item.firstSold) },
      { term: m.shell_item_last_sold(), text: format().date(item.lastSold) },
    );
    if (item.place !== null)
      lines.push({
        term: m.shell_item_place(),
        text: m.shell_item_place_of({ place: format().count(item.place), places: format().count(item.places) }),
      });
  }
  if (item.price !== null)
    lines.push({ term: m.shell_items_price(), text: format().money(item.price), definition: m.shell_items_price_definition() });
  if (item.views > 0)
    lines.push({ term: m.shell_items_views(), text: format().count(item.views), definition: m.shell_items_views_definition() });
  if (item.views > 0 && sold)
    lines.push({
      term: m.shell_item_conversion(),
      text: format().percent(item.orders / item.views),
      definition: m.shell_item_conversion_definition(),
    });
  if (item.ratings > 0)
    lines.push({
      term: m.shell_items_rating(),
      text: m.shell_item_rating_of({ rating: format().number(item.rating, 2), count: format().count(item.ratings) }),
    });
  if (item.stock) {
    const { pieces, perDay, daysLeft } = item.stock;
    lines.push({ term: m.pages_stock(), text: format().number(pieces, 1), definition: m.pages_stock_what() });
    lines.push({
      term: m.pages_stock_left(),
      text: daysLeft === null ? m.pages_stock_no_sales() : format().days(daysLeft, daysLeft < 10 ? 1 : 0),
      definition: m.pages_stock_left_what({ perDay: format().number(perDay, 2) }),
    });
  }
  return lines.map((line) => ({ key: `${item.itemId} ${line.term}`, ...line }));
}
