import type { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { readUserColumns } from '../profiles/attributes';
import { consentChannels, consentColumn, type ConsentChannel } from '../schema/privacy/consents';
import { indexesOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, join, sql } from '../store/sql';
import { readMembers } from '../segments/leafMembers';

/** How the customers of the data answered for a channel; who said nothing did not say yes. */
export interface ConsentCount {
  channel: ConsentChannel;
  yes: number;
  no: number;
  unknown: number;
}

/** Of the channels that the data says anything of. */
export async function readConsents(
  scope: DataScope,
  run: RunContext,
  channels: readonly ConsentChannel[] = consentChannels,
): Promise<ConsentCount[]> {
  const known = new Set((await readUserColumns(scope)).map(({ column }) => column));
  const asked = channels.filter((channel) => known.has(consentColumn(channel)));
  if (asked.length === 0) return [];
  const figures = asked.map((channel) => {
    const column = identifier(consentColumn(channel));
    return sql`count(*) FILTER (WHERE ${column})::INTEGER AS ${identifier(`${channel}_yes`)},
      count(*) FILTER (WHERE NOT ${column})::INTEGER AS ${identifier(`${channel}_no`)}`;
  });
  const rows = await scope.store.query(
    sql`SELECT count(*)::INTEGER AS people, ${join(figures)} FROM ${identifier(scope.tables.users)}`,
    run.signal,
  );
  const [people] = indexesOf(rows, 'people');
  return asked
    .map((channel) => {
      const [[yes], [no]] = [indexesOf(rows, `${channel}_yes`), indexesOf(rows, `${channel}_no`)];
      return { channel, yes, no, unknown: people - yes - no };
    })
    .filter(({ yes, no }) => yes + no > 0);
}

/** Who agreed to a channel. Silence is no consent: only those whose value is true. @throws UserError `consent_unknown` */
export function agreedTo(scope: DataScope, channel: ConsentChannel, run: RunContext): Promise<Bitset> {
  const column = identifier(consentColumn(channel));
  const users = identifier(scope.tables.users);
  return remember(
    scope,
    `consent ${channel}`,
    async ({ signal }) => {
      const [known] = await readConsents(scope, run, [channel]);
      if (!known) {
        throw new UserError(
          'consent_unknown',
          `The data does not say which customers agreed to ${channel}.`,
          'Import a file of customers with a consent column, or take the consent condition out of the audience.',
          { channel },
        );
      }
      return readMembers(scope.store, sql`SELECT user_index FROM ${users} WHERE ${column}`, scope.users, signal);
    },
    run,
  );
}
