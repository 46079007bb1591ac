import { ruleSql } from '../../core/segments/ruleSql';
import type { Rule } from '../../core/segments/rule';
import { reads } from './context';

/** The rule as a query over the workspace's own tables. @throws UserError as counting it does; `rule_no_sql`, `id_list_sql` */
export const segmentSql = reads<{ rule: Rule; segments?: readonly { id: string; rule: Rule }[] }, string>(
  async ({ rule, segments }, epoch) => {
    const saved = await epoch.segments();
    return ruleSql({ ...saved, segments: segments ?? saved.segments }, rule, epoch);
  },
);
