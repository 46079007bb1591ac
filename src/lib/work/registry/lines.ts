import { findRecommender } from '../../core/recommenders/catalogue';
import { canLeaveCustomers } from '../../core/recommenders/away/bundle';
import type { Epoch } from '../epoch';
import type { KeptModel, ModelFacts } from '../workspace';
import { bytesOf } from './keep';
import type { ModelEntry } from './entry';
import { hasWeights } from './weights';

/** A model as the registry shows it. */
export interface ModelLine extends Omit<ModelEntry, 'lacksWeights'> {
  key: string;
  facts: ModelFacts;
  bytes: number;
  hasWeights: boolean;
  lacksWeights?: ModelEntry['lacksWeights'];
  /** Whether it learnt from the data of today, as of the plan's instant; undefined where nobody knows. */
  isOfToday?: boolean;
  /** Models of the plan that have its weights. */
  usedBy: string[];
  canGoOn: boolean;
  /** Whether it can be taken away without customers. */
  canLeaveCustomers: boolean;
}

/** Every model that the registry has, the youngest first. */
export async function modelLines(epoch: Epoch): Promise<ModelLine[]> {
  const today = epoch.state.data ? await epoch.data() : undefined;
  return epoch.state.models.map((model) => lineOf(epoch, model, today)).reverse();
}

function lineOf(epoch: Epoch, model: KeptModel, today: { dataKey: string; asOf: string } | undefined): ModelLine {
  const { key, facts, entry } = model;
  const known: ModelEntry = entry ?? { name: facts.modelId, origin: 'trained', options: facts.options };
  const names = [known.name, ...(known.formerly ?? [])];
  const usedBy = epoch.plan.models.flatMap((spec) =>
    spec.kind === 'recommender' && spec.weights !== undefined && names.includes(spec.weights) ? [spec.id] : [],
  );
  const { can } = findRecommender(facts.algorithm);
  const isThere = hasWeights(epoch, model);
  return {
    ...known,
    key,
    facts,
    bytes: isThere ? bytesOf(model) : 0,
    hasWeights: isThere,
    ...(known.data && today && { isOfToday: known.data.dataKey === today.dataKey && known.data.asOf === today.asOf }),
    usedBy,
    canGoOn: isThere && can.includes('warmStart'),
    canLeaveCustomers: model.state ? canLeaveCustomers({ can }, model.state) : can.includes('foldIn'),
  };
}
