import type { RunContext } from '../base/run';
import { ColumnFile, columnFileBroken } from './columnFile';
import type { FileSource } from './files';
import type { NumberColumn, TextColumn } from './staging/columns';
import type { StagedEntities, StagedEvents, StagedSource } from './staging/staged';
import { TextPool } from './staging/textPool';

/** The shipped file (`datasets/sample-shop/README.md` is its card) and what a workspace made from it is set to. */
export const sampleShop = {
  fileName: 'shop.bin',
  sourceId: 'sample-shop',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
} as const;

/**
 * Reads the shipped shop into staged columns, ready for `appendStaged`. Events come sorted by customer and time.
 * @throws UserError `column_file_broken`
 */
export async function readSampleShop(file: FileSource, run: RunContext): Promise<StagedSource> {
  const stages = 5;
  const progress = (done: number) => run.report({ stage: 'read', done, total: stages, unit: 'steps' });
  progress(0);
  const shop = new ColumnFile(await gunzip(file), file.name);
  progress(1);
  await run.breathe();
  const events = await readEvents(shop, run);
  progress(3);
  const users = readUsers(shop);
  await run.breathe();
  progress(4);
  const items = readItems(shop);
  progress(5);
  return { sourceId: sampleShop.sourceId, events, users, items };
}

async function gunzip(file: FileSource): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of file.stream()) blocks.push(block);
  const compressed = new Blob(blocks as BlobPart[]).stream();
  try {
    return new Uint8Array(await new Response(compressed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  } catch {
    throw columnFileBroken(file.name);
  }
}

async function readEvents(shop: ColumnFile, run: RunContext): Promise<StagedEvents> {
  const rows = shop.rows('events');
  const numbers = async (column: string) => {
    await run.breathe();
    return shop.numbers('events', column);
  };
  const userOfEvent = new Int32Array(rows);
  let at = 0;
  shop.numbers('users', 'events').forEach((count, user) => userOfEvent.fill(user, at, (at += count)));
  const event = await listColumn(shop, 'event', run);
  const second = await numbers('second');
  const start = shop.numbers('clock', 'startSeconds')[0];
  const ts = second.map((value) => (start + value) * 1e6);
  const quantity = emptyWhereZero(await numbers('quantity'));
  const cents = await numbers('unitCents');
  const price = emptyWhereZero(cents.map((value) => value * 100));
  const refunds = event.pool.find('order_refunded');
  const value = price.values.map((unit, i) => unit * quantity.values[i] * (event.codes[i] === refunds ? -1 : 1));
  await run.breathe();
  return {
    rows,
    user: { kind: 'text', codes: userOfEvent, pool: poolOf(shop.texts('users', 'user_id')) },
    item: {
      kind: 'text',
      codes: shop.integers('events', 'item', -1),
      pool: poolOf(shop.texts('items', 'item_id')),
    },
    event,
    ts: { kind: 'number', values: ts },
    quantity,
    price,
    value: { kind: 'number', values: value },
    order: orderIds(userOfEvent, await numbers('order'), second),
    session: sessionIds(userOfEvent, await numbers('session')),
    channel: await listColumn(shop, 'channel', run),
    campaign: await listColumn(shop, 'campaign', run),
    device: await listColumn(shop, 'device', run),
  };
}

function readUsers(shop: ColumnFile): StagedEntities {
  const start = shop.numbers('clock', 'startSeconds')[0];
  const consentWords = ['', 'false', 'true'];
  const column = (name: string) => textColumn(shop.texts('users', name));
  const consent = (name: string) => textColumn(Array.from(shop.numbers('users', name), (code) => consentWords[code]));
  const createdAt = Array.from(shop.numbers('users', 'createdSecond'), (second) => isoSecond(start + second));
  return {
    id: column('user_id'),
    attributes: new Map([
      ...['email', 'phone', 'country', 'city'].map((name) => [name, column(name)] as const),
      ...['consent_email', 'consent_sms', 'consent_push'].map((name) => [name, consent(name)] as const),
      ['created_at', textColumn(createdAt)],
    ]),
  };
}

function readItems(shop: ColumnFile): StagedEntities {
  const english = shop.texts('items', 'title_en');
  const titles = shop.texts('items', 'title_zh').map((chinese, i) => (chinese === '' ? '' : `${chinese} · ${english[i]}`));
  const prices = Array.from(shop.numbers('items', 'listCents'), yuan);
  const costs = Array.from(shop.numbers('items', 'costCents'), (cents) => (cents === 0 ? '' : yuan(cents)));
  const stock = Array.from(shop.numbers('items', 'stock'), (pieces) => (pieces === 0 ? '' : String(pieces - 1)));
  return {
    id: textColumn(shop.texts('items', 'item_id')),
    attributes: new Map([
      ['title', textColumn(titles)],
      ['category', textColumn(shop.texts('items', 'category'))],
      ['brand', textColumn(shop.texts('items', 'brand'))],
      ['price', textColumn(prices)],
      ['cost', textColumn(costs)],
      ['stock', textColumn(stock)],
    ]),
  };
}

function yuan(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** A column of codes (0 is empty) into its list of words. */
async function listColumn(shop: ColumnFile, name: string, run: RunContext): Promise<TextColumn> {
  await run.breathe();
  return { kind: 'text', codes: shop.integers('events', name, -1), pool: poolOf(shop.texts(name, 'word')) };
}

/** Order ids count up over the whole shop in order of time, as a shop's till would. */
function orderIds(userOfEvent: Int32Array, ordinals: Float64Array, second: Float64Array): TextColumn {
  const firstRow: number[] = [];
  const orderOfRow = new Int32Array(ordinals.length).fill(-1);
  let known = new Map<number, number>();
  for (let row = 0; row < ordinals.length; row++) {
    if (row > 0 && userOfEvent[row] !== userOfEvent[row - 1]) known = new Map();
    const ordinal = ordinals[row];
    if (ordinal === 0) continue;
    let order = known.get(ordinal);
    if (order === undefined) {
      known.set(ordinal, (order = firstRow.length));
      firstRow.push(row);
    }
    orderOfRow[row] = order;
  }
  const byTime = Int32Array.from(firstRow.keys()).sort((a, b) => second[firstRow[a]] - second[firstRow[b]] || a - b);
  const rank = new Int32Array(byTime.length);
  byTime.forEach((order, i) => (rank[order] = i));
  return { kind: 'text', codes: orderOfRow.map((order) => (order < 0 ? -1 : rank[order])), pool: countedIds('SO', byTime.length) };
}

function sessionIds(userOfEvent: Int32Array, ordinals: Float64Array): TextColumn {
  const codes = new Int32Array(ordinals.length).fill(-1);
  let sessionsBefore = 0;
  let most = 0;
  for (let row = 0; row < ordinals.length; row++) {
    if (row > 0 && userOfEvent[row] !== userOfEvent[row - 1]) {
      sessionsBefore += most;
      most = 0;
    }
    if (ordinals[row] === 0) continue;
    codes[row] = sessionsBefore + ordinals[row] - 1;
    most = Math.max(most, ordinals[row]);
  }
  return { kind: 'text', codes, pool: countedIds('S', sessionsBefore + most) };
}

/** `SO1000001`, `SO1000002` …: seven digits behind the prefix, written as bytes because there are many. */
function countedIds(prefix: string, count: number): TextPool {
  const pool = new TextPool(count);
  const text = new TextEncoder().encode(`${prefix}1000000`);
  for (let i = 0; i < count; i++) {
    for (let at = text.length - 1; ; at--) {
      if (text[at] < 57) {
        text[at]++;
        break;
      }
      text[at] = 48;
    }
    pool.intern(text, 0, text.length);
  }
  return pool;
}

function emptyWhereZero(values: Float64Array): NumberColumn {
  return { kind: 'number', values: values.map((value) => (value === 0 ? NaN : value)) };
}

function textColumn(cells: readonly string[]): TextColumn {
  const pool = new TextPool(cells.length);
  return { kind: 'text', codes: Int32Array.from(cells, (cell) => (cell === '' ? -1 : pool.internText(cell))), pool };
}

function poolOf(texts: readonly string[]): TextPool {
  const pool = new TextPool(texts.length);
  for (const text of texts) pool.internText(text);
  return pool;
}

function isoSecond(secondsSince1970: number): string {
  return new Date(secondsSince1970 * 1000).toISOString().replace('.000', '');
}
