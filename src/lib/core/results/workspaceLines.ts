import type { RunContext } from '../base/run';
import { passiveEvents } from '../schema/events';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { identifier, sql } from '../store/sql';
import type { OutcomeLines } from './outcomes';

/**
 * What people of a campaign did, out of the workspace's own events before asOf.
 * @param placeOf of each person's number the place in the campaign, -1 of others
 * @param from local time, `YYYY-MM-DDTHH:MM:SS`: nothing earlier is read
 */
export async function workspaceLines(
  { store, tables, asOf }: DataScope,
  placeOf: Int32Array,
  from: string,
  currency: string,
  run: RunContext,
): Promise<OutcomeLines> {
  const table = await store.query(
    sql`SELECT user_index, epoch_us(local_ts)::DOUBLE AS at, event, order_id, value::DOUBLE AS value FROM ${identifier(tables.events)}
      WHERE local_ts >= ${from}::TIMESTAMP AND local_ts < ${asOf}::TIMESTAMP AND event NOT IN (${[...passiveEvents]})`,
    run.signal,
  );
  const events = codesOf(textsOf(table, 'event'));
  await run.breathe();
  const orders = codesOf(textsOf(table, 'order_id'));
  await run.breathe();
  return {
    rows: table.numRows,
    person: indexesOf(table, 'user_index').map((user) => placeOf[user]),
    at: numbersOf(table, 'at'),
    events: events.names,
    event: events.codes,
    value: numbersOf(table, 'value'),
    order: orders.codes,
    hasAmounts: true,
    currency,
  };
}

/** Texts as numbers in order of first sight; -1 where there is none. */
function codesOf(texts: readonly (string | null)[]): { names: string[]; codes: Int32Array } {
  const known = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === null || text === '') return -1;
    let code = known.get(text);
    if (code === undefined) known.set(text, (code = known.size));
    return code;
  });
  return { names: [...known.keys()], codes };
}
