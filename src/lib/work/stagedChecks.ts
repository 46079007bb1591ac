import { localDate } from '../core/schema/asOf';
import type { QualityCheck } from '../core/store/quality/check';
import type { StagedFiles } from '../core/store/dataset';
import type { Epoch } from './epoch';

export type { QualityCheck } from '../core/store/quality/check';

/** What there is to say of staged files before they are imported, as far as it costs next to nothing. @throws Cancelled */
export async function checksOf({ sources, reports }: StagedFiles, timeZone: string, epoch: Epoch): Promise<QualityCheck[]> {
  const [{ checksOfFiles }, { TimeZone }] = await Promise.all([
    import('../core/store/quality/stagedChecks'),
    import('../core/schema/parse/timeZone'),
  ]);
  const files = sources.map(({ staged }, i) => ({ name: reports[i].fileName, staged, duplicates: reports[i].duplicates }));
  const today = localDate(epoch.desk.platform.now(), timeZone);
  return checksOfFiles(files, { today, zone: new TimeZone(timeZone), run: epoch });
}
