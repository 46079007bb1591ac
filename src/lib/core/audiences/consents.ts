import type { RunContext } from '../base/run';
import { indexesOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, join, sql } from '../store/sql';
import type { ConsentChannel } from './members';
import { consentColumns } from './members';

/** How the customers of the data answered for a channel; who said nothing did not say yes. */
export interface ConsentCount {
  channel: ConsentChannel;
  yes: number;
  no: number;
  unknown: number;
}

/** Of the channels that the data says anything of. */
export function readConsents(scope: DataScope, run: RunContext): Promise<ConsentCount[]> {
  const channels = Object.keys(consentColumns) as ConsentChannel[];
  return remember(
    scope,
    'consents',
    async ({ signal }) => {
      const figures = channels.map((channel) => {
        const column = identifier(consentColumns[channel]);
        return sql`count(*) FILTER (WHERE ${column})::INTEGER AS ${identifier(`${channel}_yes`)},
          count(*) FILTER (WHERE NOT ${column})::INTEGER AS ${identifier(`${channel}_no`)}`;
      });
      const rows = await scope.store.query(
        sql`SELECT count(*)::INTEGER AS people, ${join(figures)} FROM ${identifier(scope.tables.users)}`,
        signal,
      );
      const [people] = indexesOf(rows, 'people');
      return channels
        .map((channel) => {
          const [[yes], [no]] = [indexesOf(rows, `${channel}_yes`), indexesOf(rows, `${channel}_no`)];
          return { channel, yes, no, unknown: people - yes - no };
        })
        .filter(({ yes, no }) => yes + no > 0);
    },
    run,
  );
}
