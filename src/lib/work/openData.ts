import { UserError } from '../core/base/errors';
import { resolveAsOf } from '../core/schema/asOf';
import type { InteractionScope } from '../core/store/interactionQueries';
import type { TableStore } from '../core/store/tableStore';
import type { Desk } from './desk';

/** The open workspace's events, as of the plan's instant. */
export interface OpenData extends InteractionScope {
  store: TableStore;
  dataHash: string;
  /** Names of the events that occur. */
  eventNames: string[];
}

/** @throws UserError `no_workspace`, `no_data`, `as_of_invalid` */
export async function ensureData(desk: Desk): Promise<OpenData> {
  const { plan, facts } = desk.workspace;
  const asOf = resolveAsOf(plan, facts);
  if (!facts || asOf === null)
    throw new UserError('no_data', 'This workspace has no data yet.', 'Import a file of events or orders on the Data screen first.');
  const eventNames = facts.eventCounts.map(({ event }) => event);
  return { store: await desk.store(), dataHash: facts.dataHash, asOf, users: facts.users, items: facts.items, eventNames };
}
