import { namesCustomers, type ModelState } from '../../core/recommenders/modelState';
import type { StateIds, TravellingState } from '../../core/recommenders/state/travelling';
import { readIds } from '../../core/recommenders/readIds';
import type { Epoch } from '../epoch';
import { loadSnapshot } from '../opening';
import { modelPart } from '../parts';
import type { KeptModel } from '../workspace';

/** The weights of a saved model with their ids; undefined where the save has lost them. */
export async function readWeights(epoch: Epoch, key: string): Promise<TravellingState | undefined> {
  const part = modelPart(key);
  if (!epoch.state.savedParts.has(part)) return undefined;
  const snapshot = await loadSnapshot(epoch.desk, epoch.state.entry.id);
  if (!snapshot.files.includes(part)) return undefined;
  const { readTravelling } = await import('../../core/recommenders/state/npz');
  return readTravelling(await snapshot.readFile(part));
}

/** Those of a model of the registry, at hand or saved. */
export async function weightsOf(epoch: Epoch, { key, state, ids, entry }: KeptModel): Promise<TravellingState | undefined> {
  if (entry?.lacksWeights) return undefined;
  return state ? { state, ...(ids && { ids }) } : readWeights(epoch, key);
}

/** Whether {@link weightsOf} would find them. */
export function hasWeights({ state: { savedParts } }: Epoch, { key, state, entry }: KeptModel): boolean {
  return !entry?.lacksWeights && (state !== undefined || savedParts.has(modelPart(key)));
}

/** The ids that arrays need to be read elsewhere: those of customers only where some are in them. */
export async function idsFor(epoch: Epoch, state: ModelState): Promise<StateIds> {
  const { users, items } = await readIds(await epoch.data(), epoch.signal);
  return namesCustomers(state) ? { users, items } : { items };
}
