import { controlArm } from '../audiences/experiment';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { readAssignments } from '../predictions/uplift/assignments';
import { orderEvent } from '../schema/events';
import type { DataScope } from '../store/dataScope';
import { indexesOf, textsOf } from '../store/columns';
import { identifier, sql } from '../store/sql';
import { placePeople } from './placePeople';
import { microsecondsOfDay } from '../schema/days';
import { addressedArm, assignmentEvents, type CampaignPeople } from './people';
import { trialOfLines, type Trial, type TrialWindow } from './trial';
import { usualDays } from './window';
import { workspaceLines } from './workspaceLines';

/**
 * Campaigns that lie in the data themselves: events say who was addressed and who held out. Newest first; none where
 * nobody was ever held out.
 */
export async function campaignsInData(
  scope: DataScope & { eventNames: readonly string[] },
  currency: string,
  { days = usualDays, beforeDays = days }: TrialWindow,
  run: RunContext,
): Promise<Trial[]> {
  if (Object.values(assignmentEvents).some((event) => !scope.eventNames.includes(event))) return [];
  const assigned = await readAssignments(scope, { ...assignmentEvents, event: orderEvent, withinDays: days }, scope.asOf, run);
  const trials: Trial[] = [];
  for (const [place, campaign] of assigned.campaigns.entries()) {
    const rows = Int32Array.from(assigned.campaignOf.keys()).filter((row) => assigned.campaignOf[row] === place);
    const people: CampaignPeople = {
      campaign,
      arms: [controlArm, addressedArm],
      ids: Array.from(rows, (row) => assigned.userIds[row]),
      armOf: Uint8Array.from(rows, (row) => assigned.treated[row]),
      from: Float64Array.from(rows, (row) => Date.parse(`${assigned.at[row]}Z`) * 1000),
      shares: null,
    };
    const placeOf = new Int32Array(scope.users).fill(-1);
    rows.forEach((row, person) => (placeOf[assigned.userIndexes[row]] = person));
    const lines = await workspaceLines(scope, placeOf, firstMoment(people, beforeDays), currency, run);
    trials.push(trialOfLines(people, lines, { days, beforeDays }));
  }
  return trials.sort((a, b) => (a.span!.from < b.span!.from ? 1 : -1));
}

/**
 * An export's campaign with what its people have done since in the workspace's own events.
 * @throws UserError `results_no_later_events`, and those of {@link placePeople} and {@link trialOfLines}
 */
export async function trialInWorkspace(
  scope: DataScope,
  people: CampaignPeople,
  currency: string,
  window: TrialWindow,
  run: RunContext,
): Promise<Trial> {
  const sent = firstMoment(people, 0);
  if (sent >= scope.asOf) {
    const [day, asOf] = [sent, scope.asOf].map((moment) => moment.slice(0, 10));
    throw new UserError(
      'results_no_later_events',
      `The campaign was sent on ${day}, and the data is seen as of ${asOf}.`,
      'Import what has happened since, or choose a file of outcomes.',
      { sent: day, asOf },
    );
  }
  const table = await scope.store.query(sql`SELECT user_index, user_id FROM ${identifier(scope.tables.users)}`, run.signal);
  const users = indexesOf(table, 'user_index');
  const ids = textsOf(table, 'user_id') as string[];
  const { placeOf } = placePeople(
    people.campaign,
    ids,
    people,
    ids.map(() => 1),
  );
  const placeOfNumber = new Int32Array(scope.users).fill(-1);
  users.forEach((user, row) => (placeOfNumber[user] = placeOf[row]));
  const before = window.beforeDays ?? 365;
  return trialOfLines(people, await workspaceLines(scope, placeOfNumber, firstMoment(people, before), currency, run), window);
}

/** Local time so many days before the first sending. */
function firstMoment({ from }: CampaignPeople, daysBefore: number): string {
  const first = from.reduce((low, moment) => Math.min(low, moment), Infinity) - daysBefore * microsecondsOfDay;
  return new Date(first / 1000).toISOString().slice(0, 19);
}
