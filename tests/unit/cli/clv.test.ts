import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { dateOfDay, dayNumber } from '$lib/core/schema/days';
import { parseArguments } from '../../../src/cli/arguments';
import { clv } from '../../../src/cli/clv';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-clv-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);

/** 150 customers who come back by chance over half a year; lines in no order. */
const random = new Random(3);
const start = dayNumber('2026-01-01');
const orders = Array.from({ length: 150 }, (_, c) => {
  const rate = 1 / (8 + random.below(40));
  const days: number[] = [];
  for (let day = random.below(60); day < 180; day += Math.max(1, random.exponential(rate))) {
    days.push(Math.floor(day));
    if (random.uniform() < 0.15) break;
  }
  return [...new Set(days)].map((day) => [
    `c${String(c).padStart(3, '0')}`,
    dateOfDay(start + day),
    (10 + random.below(5000) / 100).toFixed(2),
  ]);
}).flat();
orders.sort((a, b) => (a[2] < b[2] ? -1 : 1));
write('orders.csv', ['customer_id,order_date,amount', ...orders.map((order) => order.join(','))]);
write('orders.txt', [
  ' customer_id date cds dollars',
  ...orders.map(([id, date, amount]) => ` ${id} ${date.replaceAll('-', '')} 1 ${amount}`),
]);

/** The command without a process of its own. @returns what it prints */
async function run(words: string[]): Promise<string> {
  const printed: string[] = [];
  const path = (given: string) => join(folder, given);
  await clv.run(parseArguments(clv, words), { print: (line) => printed.push(line), note: () => {}, run: quietContext(), path });
  return printed.join('\n');
}

describe('muster clv', () => {
  it('fits, tests and values a log of orders, and writes a row for each customer', async () => {
    const words = [
      'clv',
      '--log',
      'orders.csv',
      '--calibration-end',
      '2026-04-30',
      '--end',
      '2026-06-29',
      '--out',
      'customers.csv',
      '--json',
    ];
    const { code, stdout, stderr } = await muster(words, folder);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('defect')]);
    const output = JSON.parse(stdout);
    expect(output).toMatchObject({
      calibrationEnd: '2026-04-30',
      end: '2026-06-29',
      customers: 150,
      days: 60,
      chosenBy: 'heldOut',
      starts: 4,
    });
    expect(output.candidates.map(({ id }: { id: string }) => id)).toEqual(['bg-nbd', 'mbg-nbd', 'pareto-nbd']);
    expect(output.parameters).toHaveLength(4);
    expect(output.heldOut.ways.map(({ id }: { id: string }) => id)).toContain('hiatus');
    expect(output.tracking.actual).toHaveLength(25);
    const [header, ...rows] = readFileSync(join(folder, 'customers.csv'), 'utf8').trim().split('\n');
    expect(header).toBe('customer,frequency,recency_days,T_days,monetary,alive,purchases,spend_per_purchase,spend,value');
    expect(rows).toHaveLength(150);
    const column = (at: number) => rows.map((row) => Number(row.split(',')[at])).reduce((sum, value) => sum + value, 0);
    expect(column(6)).toBeCloseTo(output.expectedPurchases, 6);
    expect(column(9)).toBeCloseTo(output.value, 4);
    // Counted by hand from the log.
    const before = orders.filter(([, date]) => date <= '2026-04-30');
    expect(column(1)).toBe(before.length - 150);

    await expect(run(words.slice(1))).rejects.toThrow('customers.csv exists already');
  });

  it('reads CDNOW’s form and a summary, and says the same of them', async () => {
    const log = await run(['--log', 'orders.txt', '--format', 'cdnow', '--model', 'bg-nbd', '--json', '--out', 'log.csv']);
    expect(await run(['--log', 'orders.txt', '--format', 'cdnow', '--model', 'bg-nbd'])).toMatch(/^BG\/NBD, as asked; 150 customers/);
    const [, ...rows] = readFileSync(join(folder, 'log.csv'), 'utf8').trim().split('\n');
    write('summary.csv', ['ID,x,t_x,T,zbar', ...rows.map((row) => row.split(',').slice(0, 5).join(','))]);
    const summary = await run(['--log', 'summary.csv', '--format', 'summary', '--unit', 'days', '--model', 'bg-nbd', '--json']);
    const [a, b] = [log, summary].map((printed) => JSON.parse(printed));
    expect(b.parameters).toEqual(a.parameters);
    expect(b.money).toEqual(a.money);
    expect(b).toMatchObject({ firstDay: null, regularity: null, heldOut: null, chosenBy: 'named' });
  });

  it.each([
    ['a date that is none', ['--calibration-end', '30.4.2026'], 'which is no date'],
    ['an end after the log', ['--calibration-end', '2027-01-01'], 'purchases are from 2026-01-01'],
    ['a file that is none', ['--log', 'nothing.csv'], 'nothing.csv'],
    ['a column that is missing', ['--log', 'nameless.csv'], 'no column for the customer'],
    ['a line that is broken', ['--log', 'broken.csv'], 'Line 3 of broken.csv has "soon"'],
    [
      'dates that a summary does not have',
      ['--format', 'summary', '--log', 'impossible.csv', '--end', '2026-01-01'],
      'A summary has no dates',
    ],
    ['a row that cannot be', ['--format', 'summary', '--log', 'impossible.csv'], 'Line 3 cannot be: the last purchase is after the end'],
    ['a margin that is none', ['--margin', '3'], '--margin is 3.'],
  ])('refuses %s', async (_, words, sentence) => {
    write('nameless.csv', ['a,b', '1,2']);
    write('broken.csv', ['user_id,ts', 'a,2026-01-01', 'b,soon']);
    write('impossible.csv', ['id,x,t_x,T', '1,0,0,10', '2,1,12,10']);
    const log = words.includes('--log') ? [] : ['--log', 'orders.csv'];
    await expect(run([...log, ...words])).rejects.toThrow(sentence);
  });
});
