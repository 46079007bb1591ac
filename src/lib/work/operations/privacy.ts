import { UserError, type Diagnostic } from '../../core/base/errors';
import { eraseFromState } from '../erasing';
import { eraseElsewhere, idsOf, personElsewhere as findElsewhere, type PersonElsewhere } from '../erasingElsewhere';
import { viewOf, type Erasure, type WorkspaceView } from '../workspace';
import { readConsents, type ConsentCount } from '../../core/audiences/consents';
import { describeAttributes, filledAttributes, type DescribedAttribute } from '../../core/profiles/personal';
import { reads, writes } from './context';

export type { ConsentCount } from '../../core/audiences/consents';
export type { DescribedAttribute } from '../../core/profiles/personal';
export type { PersonElsewhere } from '../erasingElsewhere';
export type { Erasure } from '../workspace';

/** What is known of customers and what it says about them, and how many agreed to each channel. */
export const privacyReport = reads<void, { columns: DescribedAttribute[]; consents: ConsentCount[] }>(async (_input, epoch) => {
  const data = await epoch.data();
  return {
    columns: await filledAttributes(data, await describeAttributes(data, epoch.plan.privacy, epoch.plan.traits, epoch)),
    consents: await readConsents(data, epoch),
  };
});

/** In which other workspaces on this machine the person is, too. @throws UserError `user_unknown`; Cancelled */
export const personElsewhere = reads<{ userId: string }, PersonElsewhere[]>(({ userId }, epoch) => findElsewhere(epoch, userId));

/**
 * Takes one person out of everything and saves: the data and its step back, with all ids that are merged; what was
 * learnt from them; what is derived. There is no way back. Later files are read without them. Where only the saving
 * failed, they are gone from what is open and still in what is stored, and `problems` says so.
 * @param also other workspaces, as `personElsewhere` names them, out of which the person goes first
 * @throws UserError `user_unknown`, `no_data`, `workspace_read_only`, of the others `workspace_in_use`; Cancelled, then
 * nothing is changed here
 */
export const personErase = writes<{ userId: string; also?: string[] }, { erasure: Erasure; view: WorkspaceView; problems: Diagnostic[] }>(
  async ({ userId, also = [] }, epoch) => {
    // The others first: once they are gone here, nobody could say which ids to look for there.
    const { data } = epoch.state;
    const ids = data && also.length > 0 ? await idsOf(epoch, data.version, userId) : [];
    for (const workspace of also)
      await eraseElsewhere(
        epoch.desk,
        workspace,
        ids.map(({ id }) => id),
        epoch,
      );
    const { erasure, apply } = await eraseFromState(epoch, userId);
    const problems: Diagnostic[] = [];
    try {
      await epoch.commit(apply);
    } catch (error) {
      if (!(error instanceof UserError) || error.code === 'workspace_read_only') throw error;
      const { code, message, hint, values } = error;
      problems.push({ code, severity: 'error', message, hint, values });
    }
    await epoch.cache.forgetUnheld();
    return { erasure, view: viewOf(epoch.desk.state), problems };
  },
);
