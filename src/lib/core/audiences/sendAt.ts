import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { ProfileScope } from '../profiles/profileRelation';
import type { PlanAudience } from './schema';
import { traitNumbers } from './traitNumbers';

export type SendAt = NonNullable<PlanAudience['sendAt']>;

/** The column of the file. */
export const sendAtColumn = 'send_at';

/**
 * When each is to be sent to, of the local calendar in milliseconds: on the day that the scope's instant begins, at the hour
 * that the trait says, after the quiet hours where it falls into them. Who has no hour of their own gets the one that most
 * of the others have; null where nobody has one.
 * @throws UserError `send_hour`, `column_unknown`
 */
export async function sendTimes(
  scope: ProfileScope,
  order: Int32Array,
  { by, quiet }: SendAt,
  run: RunContext,
): Promise<(number | null)[]> {
  const all = await traitNumbers(scope, by, run);
  const hours = Array.from(order, (user) => all[user]);
  const counts = new Float64Array(24);
  for (const hour of hours) {
    if (Number.isNaN(hour)) continue;
    if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
      throw new UserError(
        'send_hour',
        `The trait "${by}" is no hour of the day for everybody: it is ${hour} for somebody.`,
        'Choose an hour from 0 to 23, such as the hour of a model of best contact times.',
        { trait: by, value: hour },
      );
    }
    counts[hour]++;
  }
  const most = Math.max(...counts);
  if (most === 0) return hours.map(() => null);
  const usual = counts.indexOf(most);
  const day = Date.parse(`${scope.asOf}Z`);
  return hours.map((hour) => day + 60_000 * outsideQuiet(60 * (Number.isNaN(hour) ? usual : hour), quiet));
}

/** Minutes of the day, moved to the end of the quiet hours where they fall into them; past 24 hours it is the next day. */
export function outsideQuiet(minutes: number, quiet?: { from: string; to: string }): number {
  if (!quiet) return minutes;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  if (from <= to) return minutes >= from && minutes < to ? to : minutes;
  if (minutes < to) return to;
  return minutes >= from ? to + 24 * 60 : minutes;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return 60 * hours + minutes;
}
