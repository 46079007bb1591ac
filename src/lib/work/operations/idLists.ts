import { idListMembers, requireIdList } from '../../core/segments/idListMembers';
import { reads } from './context';

export interface IdListReport {
  /** Ids on the list, those that the data does not know, and the people whom the others are. */
  ids: number;
  unknown: number;
  people: number;
}

/** Whom a list of the plan names. @throws UserError `id_list_unknown`, `no_data` */
export const idListReport = reads<{ list: string }, IdListReport>(async ({ list: id }, epoch) => {
  const scope = await epoch.segments();
  const { members, ids, unknown } = await idListMembers(scope, requireIdList(scope.idLists, id), epoch);
  return { ids, unknown, people: members.count };
});
