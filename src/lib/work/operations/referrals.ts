import { toFileSource, type FileInput } from '../../core/schema/files';
import type { ReferralColumns, ReferralEvents, ReferralFound, ReferralMoney } from '../../core/results/referralOf';
import { reads } from './context';

/** A referral programme out of a file of invitations, or of the workspace's own events. @throws UserError `referral_…`, `no_data` */
export const referralMeasured = reads<
  { events: ReferralEvents; money?: ReferralMoney } | { file: FileInput; columns: ReferralColumns; customers: number },
  ReferralFound
>(async (asked, epoch) => {
  const { referralInData, referralOfTable } = await import('../../core/results/referralOf');
  if ('events' in asked) return referralInData(await epoch.data(), asked.events, asked.money, epoch);
  const { readTable } = await import('../../core/predictions/table/readTable');
  const table = await readTable(toFileSource(asked.file), { categories: [asked.columns.inviter] }, epoch);
  return referralOfTable(table, asked.columns, asked.customers);
});

/** Kept properties of events, by which an invitation may be known. */
export const eventProperties = reads<undefined, string[]>(async (_, epoch) => {
  const { readKeptColumns } = await import('../../core/measures/kept');
  const kept = await readKeptColumns(await epoch.data());
  return kept.map(({ property }) => property).filter((property) => property.startsWith('event.'));
});
