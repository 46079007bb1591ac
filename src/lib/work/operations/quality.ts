import { localDate } from '../../core/schema/asOf';
import type { CleaningStepInput } from '../../core/store/quality/cleaning';
import type { ColumnProfile } from '../../core/store/quality/columnProfiles';
import type { QualityReport } from '../../core/store/quality/report';
import { noData } from '../epoch';
import { viewOf, withData, type DataState, type WorkspaceView } from '../workspace';
import { reads, writes } from './context';

/**
 * What is wrong, or odd, with the data, check by check, and what cleaning took out of it.
 * @throws UserError `no_data`; Cancelled
 */
export const qualityReport = reads<void, QualityReport>(async (_input, epoch) => {
  const { data } = epoch.state;
  if (!data) throw noData();
  const { remember } = await import('../../core/store/remember');
  const { checkQuality } = await import('../../core/store/quality/report');
  const store = await epoch.desk.store();
  // The day is part of the question: tomorrow, an event of tomorrow is none of the future.
  const today = localDate(epoch.desk.platform.now(), data.timeZone);
  const scope = { store, cache: epoch.cache, dataKey: data.version.key, asOf: today };
  return remember(scope, 'quality', (run) => checkQuality({ store, version: data.version, today, run }), epoch);
});

/** What is in each column of the data: type, how full, how spread. @throws UserError `no_data`; Cancelled */
export const columnProfiles = reads<void, ColumnProfile[]>(async (_input, epoch) => {
  const { data } = epoch.state;
  if (!data) throw noData();
  const { remember } = await import('../../core/store/remember');
  const { readColumnProfiles } = await import('../../core/store/quality/columnProfiles');
  const store = await epoch.desk.store();
  const scope = { cache: epoch.cache, dataKey: data.version.key, asOf: '' };
  return remember(scope, 'column profiles', (run) => readColumnProfiles({ store, version: data.version, run }), epoch);
});

/**
 * Cleans the events by these steps instead of those of before, and saves; it is one step back. None: the events are as
 * they were read.
 * @throws UserError `no_data`, `cleaning_invalid`, `cleaning_removes_all`, `workspace_read_only`
 */
export const cleaningApply = writes<{ steps: CleaningStepInput[] }, WorkspaceView>(async ({ steps }, epoch) => {
  const { data } = epoch.state;
  if (!data) throw noData();
  const [{ cleanData }, { readCleaning }] = await Promise.all([
    import('../../core/store/dataset'),
    import('../../core/store/quality/cleaning'),
  ]);
  const { timeZone, currency, rates } = data;
  const options = { timeZone, currency, rates, cleaning: readCleaning(steps), run: epoch };
  const version = await cleanData(await epoch.desk.store(), data.version, options);
  const next: DataState = { ...data, version, shipped: false };
  return viewOf(await epoch.commit((state) => withData(state, next, data)));
});
