import { UserError } from '../core/base/errors';
import { resolveAsOf } from '../core/schema/asOf';
import { materializeProfiles } from '../core/profiles/materialize';
import type { DataScope } from '../core/store/remember';
import type { Desk } from './desk';

const memoKey = 'profiles table';

/**
 * Makes the `profiles` table for the current data and asOf, unless it lies there already, and says what it was made
 * from.
 * @throws UserError `no_workspace`, `no_data`, `as_of_invalid`
 */
export async function ensureProfiles(desk: Desk): Promise<DataScope> {
  const { plan, facts, memo } = desk.workspace;
  const asOf = resolveAsOf(plan, facts);
  if (!facts || asOf === null)
    throw new UserError('no_data', 'This workspace has no data yet.', 'Import a file of events or orders on the Data screen first.');
  const store = await desk.store();
  const madeFrom = `${facts.dataHash} ${asOf}`;
  let made = memo.get(memoKey) as { madeFrom: string; done: Promise<void> } | undefined;
  if (made?.madeFrom !== madeFrom) {
    // A build that is still under way would write the same table at the same time.
    const earlier = made?.done.catch(() => {}) ?? Promise.resolve();
    made = { madeFrom, done: earlier.then(() => materializeProfiles(store, { asOf })) };
    memo.set(memoKey, made);
    made.done.catch(() => memo.delete(memoKey));
  }
  await made.done;
  return { store, memo, dataHash: facts.dataHash, users: facts.users, asOf };
}
