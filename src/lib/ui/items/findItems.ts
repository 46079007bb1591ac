import { m } from '$lib/paraglide/messages';
import { format } from '$lib/state/format.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import type { Choice } from '../choices.svelte';

/** Items whose id, name, category or brand has what was typed, those with most buyers first. */
export async function findItems(search: string): Promise<Choice[]> {
  const page = await workbench.call(
    'itemsPage',
    { search: search || undefined, sort: { column: 'buyers', descending: true }, offset: 0, limit: 20 },
    { replaces: 'items-search' },
  );
  const [id, title, buyers] = ['item_id', 'title', 'buyers'].map((column) => page.columns.indexOf(column));
  return page.rows.map((row) => ({
    value: String(row[id]),
    label: String(row[title] ?? row[id]),
    detail: [String(row[id]), m.reasons_basket_bought({ count: format().count(Number(row[buyers])) })].join(' · '),
  }));
}
