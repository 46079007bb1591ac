import { csvLine, spreadsheetStyle } from '$lib/core/exports/formats/csvStyle';
import type { BundlesPage } from '$lib/work/operations/bundles';

/** All bundles as a file that a spreadsheet opens: one row a bundle, items' ids apart by spaces. */
export function bundlesCsv({ columns, rows }: Pick<BundlesPage, 'columns' | 'rows'>): Uint8Array {
  const style = spreadsheetStyle(',');
  const cellOf = (value: unknown) => (value === null ? '' : String(value).replaceAll('\n', ' '));
  const lines = [columns, ...rows.map((row) => row.map(cellOf))];
  return new TextEncoder().encode(`\ufeff${lines.map((cells) => csvLine([...cells], style)).join('')}`);
}
