import { format } from '$lib/state/format.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import type { Choice } from '../../choices.svelte';

const limit = 12;

/** Categories (every level of a path is one) or brands that contain what was typed. */
export async function findLabels(property: 'category' | 'brand', search: string): Promise<Choice[]> {
  const values = await workbench.call('valuesList', { property, search, limit }, { replaces: `policy-${property}` });
  return values.map(({ value, label, count }) => ({ value, label, detail: format().count(count) }));
}

export async function findItems(search: string): Promise<Choice[]> {
  const request = { search: search || undefined, sort: { column: 'buyers', descending: true }, offset: 0, limit };
  const { columns, rows } = await workbench.call('itemsPage', request, { replaces: 'policy-items' });
  const [id, title] = [columns.indexOf('item_id'), columns.indexOf('title')];
  return rows.map((row) => ({
    value: String(row[id]),
    label: String(row[title] ?? row[id]),
    ...(row[title] !== null && { detail: String(row[id]) }),
  }));
}

export async function findCustomers(search: string): Promise<Choice[]> {
  const page = await workbench.call('profilesPage', { search: search || undefined, offset: 0, limit }, { replaces: 'policy-customers' });
  return page.rows.map(([id]) => ({ value: String(id), label: String(id) }));
}
