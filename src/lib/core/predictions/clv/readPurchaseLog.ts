import { UserError } from '../../base/errors';
import type { FileSource } from '../../schema/files';
import { headerNames } from '../../schema/csv/headerNames';
import { readUtf8, readWholeFile } from '../../schema/inspect/wholeFile';
import { checkRow } from './checks';
import type { PurchaseSummary } from './lifetime';
import { spanOf, type Histories, type PurchaseDays } from './purchaseDays';

export type LogFormat = 'cdnow' | 'events' | 'summary';

export interface PurchaseLog {
  /** By place of the customer. */
  ids: string[];
  known: PurchaseDays | PurchaseSummary;
  /** First and last day with a purchase; of a summary 0 and the longest time. */
  span: { first: number; last: number };
}

/** What columns are called, lower case and without what stands between words. */
const names = {
  customer: ['userid', 'customerid', 'customer', 'user', 'clientid', 'memberid', 'id', 'sampleid', '用户', '客户', '会员'],
  date: ['ts', 'date', 'day', 'time', 'timestamp', 'orderdate', 'purchasedate', 'createdat', '日期', '时间', '下单时间'],
  amount: ['value', 'amount', 'sales', 'revenue', 'total', 'price', 'dollars', 'monetary', 'zbar', '金额'],
  x: ['x', 'frequency'],
  tx: ['tx', 'recency'],
  T: ['t', 'tcal', 'age'],
};

/** Amounts are added up as ten-thousandths, so that cents are not lost. */
const parts = 10_000;

/**
 * Purchases as researchers hand them on, in any order of lines.
 * @param unitDays days of the unit of a summary's times
 * @throws UserError `clv_log_columns`, `clv_log_line`, `clv_log_empty`, `clv_row_impossible`, and what reading a file throws
 */
export async function readPurchaseLog(file: FileSource, format: LogFormat, unitDays: number): Promise<PurchaseLog> {
  if (format === 'summary') return readSummary(file, unitDays);
  return format === 'cdnow' ? readCdnow(file) : readEvents(file);
}

interface Purchase {
  customer: string;
  day: number;
  amount: number | null;
}

/** Fields between spaces; the first line may be a header. The tenth of the customers has two ids, its own is the second. */
async function readCdnow(file: FileSource): Promise<PurchaseLog> {
  const text = new TextDecoder().decode((await readUtf8(file)).bytes);
  const purchases: Purchase[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    const fields = line.trim().split(/\s+/);
    if (fields.length < 4 || (at === 0 && !/^\d+$/.test(fields[0]))) {
      if (line.trim() === '' || at === 0) return;
      throw lineError(file, at + 1, 'has fewer than four fields');
    }
    const [customer, date, , amount] = fields.slice(-4);
    purchases.push({ customer, day: dayAt(file, at + 1, date), amount: amountAt(file, at + 1, amount) });
  });
  return logOf(file, purchases);
}

async function readEvents(file: FileSource): Promise<PurchaseLog> {
  const [header, ...records] = await readWholeFile(file);
  const [customer, date] = [columnOf(file, header, 'customer'), columnOf(file, header, 'date')];
  const amount = findColumn(header, 'amount');
  return logOf(
    file,
    records.map((record, at) => ({
      customer: record[customer] ?? '',
      day: dayAt(file, at + 2, record[date] ?? ''),
      amount: amount < 0 ? null : amountAt(file, at + 2, record[amount] ?? ''),
    })),
  );
}

async function readSummary(file: FileSource, unitDays: number): Promise<PurchaseLog> {
  const [header, ...records] = await readWholeFile(file);
  const [xAt, txAt, TAt] = (['x', 'tx', 'T'] as const).map((name) => columnOf(file, header, name));
  const [customer, amount] = [findColumn(header, 'customer'), findColumn(header, 'amount')];
  if (records.length === 0) throw nothing(file);
  const rows = records.map((record, at) => {
    const [x, tx, T, mean] = [xAt, txAt, TAt, amount].map((column) => (column < 0 ? 0 : Number(record[column])));
    const line = at + 2;
    if (![x, tx, T, mean].every(Number.isFinite)) throw lineError(file, line, 'has a cell that is no number');
    const [txDays, TDays] = [Math.round(tx * unitDays), Math.round(T * unitDays)];
    checkRow(x, txDays, TDays, line);
    return [x, txDays, TDays, mean];
  });
  const column = (at: number) => Int32Array.from(rows, (row) => row[at]);
  const T = column(2);
  const histories: Histories = {
    customer: Int32Array.from(rows.keys()),
    x: column(0),
    tx: column(1),
    T,
    monetary: Float64Array.from(rows, (row) => row[3]),
  };
  return {
    ids: records.map((record, at) => (customer < 0 ? String(at + 1) : record[customer])),
    known: { histories, isPriced: amount >= 0 },
    span: { first: 0, last: T.reduce((most, days) => Math.max(most, days), 0) },
  };
}

function logOf(file: FileSource, purchases: readonly Purchase[]): PurchaseLog {
  const byCustomer = new Map<string, Map<number, { amount: number; priced: number }>>();
  for (const { customer, day, amount } of purchases) {
    const days = byCustomer.get(customer) ?? new Map<number, { amount: number; priced: number }>();
    const known = days.get(day) ?? { amount: 0, priced: 0 };
    days.set(day, { amount: known.amount + Math.round((amount ?? 0) * parts), priced: known.priced + (amount === null ? 0 : 1) });
    byCustomer.set(customer, days);
  }
  if (byCustomer.size === 0) throw nothing(file);
  const ids = [...byCustomer.keys()].sort();
  const days = ids.map((id) => [...byCustomer.get(id)!].sort(([a], [b]) => a - b));
  const start = new Int32Array(ids.length + 1);
  days.forEach((each, c) => (start[c + 1] = start[c] + each.length));
  const all = days.flat();
  const known: PurchaseDays = {
    start,
    day: Int32Array.from(all, ([day]) => day),
    value: Float64Array.from(all, ([, { amount }]) => amount / parts),
    priced: Int32Array.from(all, ([, { priced }]) => priced),
  };
  return { ids, known, span: spanOf(known) };
}

function findColumn(header: readonly string[], role: keyof typeof names): number {
  const cleaned = headerNames(header).map((name) => (name.length === 1 ? name : name.toLowerCase().replace(/[\s_.-]/g, '')));
  // "T" and "t_x" differ by more than case from "x".
  const wanted = role === 'T' ? ['T', ...names.T] : names[role];
  for (const name of wanted) if (cleaned.includes(name)) return cleaned.indexOf(name);
  return -1;
}

function columnOf(file: FileSource, header: readonly string[], role: keyof typeof names): number {
  const found = findColumn(header, role);
  if (found >= 0) return found;
  const known = names[role].join(', ');
  throw new UserError('clv_log_columns', `${file.name} has no column for the ${role}.`, `Name it one of: ${known}.`, {
    file: file.name,
    role,
    known,
  });
}

/** The local day of 19970930, 1997-09-30 or a time that begins so. */
function dayAt(file: FileSource, line: number, text: string): number {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})(?=$|[T ])/.exec(text.trim()) ?? /^(\d{4})\/(\d{2})\/(\d{2})(?=$|[T ])/.exec(text.trim());
  const date = found ? `${found[1]}-${found[2]}-${found[3]}` : '';
  const at = Date.parse(`${date}T00:00:00Z`);
  if (found && new Date(Number.isNaN(at) ? 0 : at).toISOString().startsWith(date)) return at / 86_400_000;
  throw lineError(file, line, `has "${text}" where a date such as 1997-09-30 is needed`);
}

function amountAt(file: FileSource, line: number, text: string): number | null {
  if (text.trim() === '') return null;
  const amount = Number(text);
  if (Number.isFinite(amount)) return amount;
  throw lineError(file, line, `has "${text}" where an amount is needed`);
}

function lineError({ name }: FileSource, line: number, problem: string): UserError {
  return new UserError(
    'clv_log_line',
    `Line ${line} of ${name} ${problem}.`,
    'Mend the line, or check that --format names how the file is written.',
    {
      file: name,
      line,
      problem,
    },
  );
}

function nothing({ name }: FileSource): UserError {
  return new UserError('clv_log_empty', `${name} holds no purchase.`, 'Give a file with at least one.', { file: name });
}
