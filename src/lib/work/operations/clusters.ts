import { fitRuleToPeople, readPeopleMap, type MapWay, type PeopleMap } from '../../core/predictions/clusters/map';
import { readUserIds } from '../../core/profiles/userIds';
import type { FittedRule } from '../../core/segments/fitRule';
import type { Epoch } from '../epoch';
import { reads } from './context';

export type { MapWay, PeopleMap } from '../../core/predictions/clusters/map';

/**
 * The people of a clustering on a plane. Progress stages: those of UMAP.
 * @throws UserError `clusters_missing`, `no_data`
 */
export const peopleMap = reads<{ model: string; way: MapWay }, PeopleMap>(async ({ model, way }, epoch) =>
  readPeopleMap(await epoch.segments(), reportOf(epoch, model), way, epoch.plan.seed, epoch),
);

/** A short rule that says nearly who these people are; null where no rule does. @throws UserError `clusters_missing`, `no_data` */
export const peopleRule = reads<{ model: string; users: Int32Array }, FittedRule | null>(async ({ model, users }, epoch) =>
  fitRuleToPeople(await epoch.segments(), reportOf(epoch, model), users, epoch),
);

/** The ids of people, in their order. @throws UserError `no_data` */
export const idsOfUsers = reads<{ users: Int32Array }, string[]>(async ({ users }, epoch) =>
  readUserIds(await epoch.data(), [...users], epoch.signal),
);

function reportOf({ state }: Epoch, model: string) {
  return state.predictions.get(model)?.report;
}
