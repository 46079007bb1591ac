import { dateText, timeText, type ExportCell, type ExportColumnType } from '$lib/core/exports/table';
import { format } from '$lib/state/format.svelte';

/** A cell of a file as the screen shows it: the file's value, with figures as people write them. */
export function cellText(cell: ExportCell, type: ExportColumnType): string {
  if (cell === null) return '';
  if (type === 'date') return dateText(cell as number);
  if (type === 'time') return timeText(cell as number).replace('T', ' ');
  return typeof cell === 'number' ? format().number(cell, 4) : String(cell);
}
