import { UserError } from '../../core/base/errors';
import type { Plan } from '../../core/plan/schema';
import type { AttributeSources } from '../../core/store/dataset/attributeSources';
import type { IdentityPreview } from '../../core/store/dataset/identityPreview';
import type { RawId } from '../../core/store/dataset/personIds';
import { madeBy, mergingOf } from '../dataRules';
import type { Epoch } from '../epoch';
import { viewOf, withData, type DataState, type WorkspaceView } from '../workspace';
import { reads, writes } from './context';

type Identity = NonNullable<Plan['identity']>;

/**
 * Says what merging people by these kinds of ids would do; nothing is changed. Without kinds it says which there are.
 * @throws UserError `no_data`
 */
export const identityPreview = reads<Identity, IdentityPreview>(async (identity, epoch) => {
  const { version } = dataOf(epoch);
  const { identityPreview: preview } = await datasets();
  return preview(await epoch.desk.store(), version, mergingOf({ identity }), epoch.signal);
});

/**
 * Merges people by these kinds of ids, in place of those of before; none: everybody as the files have them. Raw ids
 * stay, so that each of these can be taken back; it is one step back.
 * @throws UserError `no_data`, `workspace_read_only`
 */
export const identityApply = writes<Identity, WorkspaceView>(async (identity, epoch) => {
  const data = dataOf(epoch);
  const { mergePeopleBy } = await datasets();
  const version = await mergePeopleBy(await epoch.desk.store(), data.version, mergingOf({ identity }), { ...madeBy(data), run: epoch });
  const next: DataState = { ...data, version, identity: identity.merge.length > 0 ? identity : undefined, shipped: false };
  return viewOf(await epoch.commit((state) => withData(state, next, data)));
});

/** All ids that are merged into one customer, as the files have them; none where nobody is merged with them. @throws UserError `no_data` */
export const personIds = reads<{ userId: string }, RawId[]>(async ({ userId }, epoch) => {
  const { version } = dataOf(epoch);
  const { personIds: ids } = await datasets();
  return ids(await epoch.desk.store(), version, userId, epoch.signal);
});

/** For every attribute of people: which rule chooses its value, which files say any, and how often they differ. @throws UserError `no_data` */
export const attributeSources = reads<void, AttributeSources[]>(async (_input, epoch) => {
  const { version } = dataOf(epoch);
  const { attributeSources: sources } = await datasets();
  return sources(await epoch.desk.store(), version, epoch.signal);
});

/**
 * Chooses the values of attributes by these rules, in place of those of before; it is one step back.
 * @throws UserError `no_data`, `workspace_read_only`
 */
export const survivorshipApply = writes<{ rules: NonNullable<Plan['survivorship']> }, WorkspaceView>(async ({ rules }, epoch) => {
  const data = dataOf(epoch);
  const survivorship = Object.keys(rules).length > 0 ? rules : undefined;
  const { withRules } = await datasets();
  const version = await withRules(await epoch.desk.store(), data.version, { ...madeBy({ ...data, survivorship }), run: epoch });
  const next: DataState = { ...data, version, survivorship, shipped: false };
  return viewOf(await epoch.commit((state) => withData(state, next, data)));
});

function dataOf({ state: { data } }: Epoch): DataState {
  if (data) return data;
  throw new UserError('no_data', 'This workspace has no data yet.', 'Import a file of events or orders on the Data screen first.');
}

function datasets() {
  return import('../../core/store/dataset');
}
