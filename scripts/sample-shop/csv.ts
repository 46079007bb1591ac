import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NumberColumn, TextColumn } from '../../src/lib/core/schema/staging/columns';
import type { StagedEntities, StagedSource } from '../../src/lib/core/schema/staging/staged';

/** Writes what the reader reads as events.csv, users.csv and items.csv: UTF-8, comma, header, times in Asia/Shanghai. */
export function writeCsv(folder: string, { events, users, items }: StagedSource): void {
  if (!events || !users || !items) throw new Error('the sample shop has events, users and items');
  mkdirSync(folder, { recursive: true });
  const columns: [string, (row: number) => string][] = [
    ['user_id', textCell(events.user)],
    ['item_id', textCell(events.item)],
    ['event', textCell(events.event)],
    ['time', (row) => localTime(events.ts.values[row])],
    ['quantity', numberCell(events.quantity, 1)],
    ['price', numberCell(events.price, 10_000)],
    ['value', numberCell(events.value, 10_000)],
    ['order_id', textCell(events.order)],
    ['session_id', textCell(events.session)],
    ['channel', textCell(events.channel)],
    ['campaign', textCell(events.campaign)],
    ['device', textCell(events.device)],
  ];
  // By time, as a shop's log would be; equal times stay in the customer's order.
  const byTime = Int32Array.from({ length: events.rows }, (_, row) => row).sort(
    (a, b) => events.ts.values[a] - events.ts.values[b] || a - b,
  );
  write(join(folder, 'events.csv'), columns, byTime);
  write(join(folder, 'users.csv'), entityColumns('user_id', users), users.id.codes.keys());
  write(join(folder, 'items.csv'), entityColumns('item_id', items), items.id.codes.keys());
}

function entityColumns(idName: string, { id, attributes }: StagedEntities): [string, (row: number) => string][] {
  return [
    [idName, textCell(id)],
    ...[...attributes].map(([name, column]) => [name, textCell(column)] as [string, (row: number) => string]),
  ];
}

function write(path: string, columns: [string, (row: number) => string][], rows: Iterable<number>): void {
  const lines = [columns.map(([name]) => name).join(',')];
  for (const row of rows) lines.push(columns.map(([, cell]) => cell(row)).join(','));
  writeFileSync(path, `${lines.join('\n')}\n`);
}

function textCell(column: TextColumn | undefined): (row: number) => string {
  const texts = column?.pool.texts().map((text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)) ?? [];
  return (row) => (column && column.codes[row] >= 0 ? texts[column.codes[row]] : '');
}

function numberCell(column: NumberColumn | undefined, unit: number): (row: number) => string {
  return (row) => (column && !Number.isNaN(column.values[row]) ? String(column.values[row] / unit) : '');
}

function localTime(microseconds: number): string {
  return new Date(microseconds / 1000 + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
