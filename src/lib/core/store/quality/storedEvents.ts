import type { RunContext } from '../../base/run';
import type { TextColumn } from '../../schema/staging/columns';
import { numbersFrom, textFrom } from '../../schema/staging/fromArrow';
import { stagedNumberColumns, stagedTextColumns, type StagedEvents } from '../../schema/staging/staged';
import { allIds } from '../dataset/numbering';
import { emptySum, sumOfEvents, type ContentSum } from '../dataset/contentSum';
import type { EventPart, IdSpace } from '../dataset/version';
import { identifier, join, sql } from '../sql';
import type { TableStore } from '../tableStore';

/** The sum that a table of events adds to its source's: what staging said of the same rows. */
export async function sumOfPart(
  store: TableStore,
  part: EventPart,
  ids: { users: IdSpace; items: IdSpace },
  run: RunContext,
): Promise<ContentSum> {
  if (part.rows === 0) return emptySum;
  return sumOfEvents(await readStoredEvents(store, part, ids, run), run);
}

/** Events of a part as they were staged, ids as text. */
async function readStoredEvents(
  store: TableStore,
  { table, columns }: EventPart,
  ids: { users: IdSpace; items: IdSpace },
  run: RunContext,
): Promise<StagedEvents> {
  const money = ['price', 'value'];
  const has = (name: string) => columns.includes(name);
  const others = ['event', ...stagedTextColumns.map(storedName), ...stagedNumberColumns].filter(has);
  const rows = await store.query(
    sql`SELECT u.id AS user_id, ${has('item_index') ? sql`i.id` : sql`NULL::VARCHAR`} AS item_id, epoch_us(e.ts)::DOUBLE AS ts, ${join(
      others.map((name) =>
        money.includes(name) ? sql`(e.${identifier(name)} * 10000)::DOUBLE AS ${identifier(name)}` : sql`e.${identifier(name)}`,
      ),
    )}
    FROM ${identifier(table)} e JOIN (${allIds(ids.users)}) u ON u.number = e.user_index
    ${has('item_index') ? sql`LEFT JOIN (${allIds(ids.items)}) i ON i.number = e.item_index` : sql``}`,
    run.signal,
  );
  await run.breathe();
  const text = (name: string): TextColumn => textFrom(rows.getChild(name)!);
  const staged: StagedEvents = {
    rows: rows.numRows,
    user: text('user_id'),
    event: text('event'),
    ts: numbersFrom(rows.getChild('ts')!),
    ...(has('item_index') && { item: text('item_id') }),
  };
  for (const name of stagedTextColumns) if (has(storedName(name))) staged[name] = text(storedName(name));
  for (const name of stagedNumberColumns) if (has(name)) staged[name] = numbersFrom(rows.getChild(name)!);
  return staged;
}

const storedName = (name: string) => (name === 'order' || name === 'session' ? `${name}_id` : name);
