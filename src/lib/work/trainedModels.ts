import { sha256Hex, stableJson } from '../core/base/hash';
import { resolveOptions } from '../core/base/options';
import type { RunContext } from '../core/base/run';
import { renamed } from '../core/evaluation/compareModels';
import type { InteractionMatrix } from '../core/math/sparseRows';
import type { RecommenderSpec } from '../core/plan/schema';
import { findRecommender } from '../core/recommenders/catalogue';
import type { Compute } from '../core/recommenders/recommender';
import { trainRecommender, type TrainedRecommender } from '../core/recommenders/trainRecommender';
import type { TrainedModel } from '../core/recommendations/recommendForUsers';
import { defaultEventWeights, boughtWeights, readInteractionMatrix, type EventWeights } from '../core/store/interactionQueries';
import type { Desk } from './desk';
import { ensureData, type OpenData } from './openData';

/** Trained models and matrices that are kept; the oldest goes first. */
const mostKept = 6;

export type KeptModel = TrainedModel & TrainedRecommender;

/**
 * A model trained on everything before asOf, from the workspace's memo where the same data, asOf, options, events and
 * seed have been trained before. Progress stage: `train:<id>`.
 * @throws UserError `no_data`, `recommender_unknown`, `option_…`, `recommender_too_large`
 */
export async function trainedModel(desk: Desk, spec: RecommenderSpec, run: RunContext): Promise<KeptModel> {
  const data = await ensureData(desk);
  const recommender = findRecommender(spec.algorithm);
  const options = resolveOptions(recommender.id, recommender.options, spec.options);
  const { seed } = desk.workspace.plan;
  const weights = spec.events ?? defaultEventWeights;
  return keep(desk, 'model', [data.dataHash, data.asOf, recommender.id, options, weights, seed], async () => {
    const training = await interactionsOf(desk, weights, run.signal);
    const request = { recommender, given: spec.options, data: { pairs: training }, seed };
    const result = await trainRecommender(request, await computeOf(desk), renamed(run, `train:${spec.id}`));
    return { ...result, training, servesNewUsers: recommender.servesNewUsers ?? false };
  });
}

/** Everybody's interactions before asOf, kept in the memo. */
export async function interactionsOf(desk: Desk, weights: EventWeights, signal?: AbortSignal): Promise<InteractionMatrix> {
  const data = await ensureData(desk);
  return keep(desk, 'matrix', [data.dataHash, data.asOf, weights], () => readInteractionMatrix(data.store, data, weights, signal));
}

/** What lists leave out: items that the customer has `bought`, or has met in any way (`seen`). */
export async function exclusionOf(desk: Desk, kind: 'bought' | 'seen', signal?: AbortSignal): Promise<InteractionMatrix> {
  return interactionsOf(desk, kind === 'bought' ? boughtWeights : seenWeights(await ensureData(desk)), signal);
}

export async function computeOf(desk: Desk): Promise<Compute> {
  return { kernels: await desk.kernels(), tensors: () => desk.tensors() };
}

function seenWeights({ eventNames }: OpenData): EventWeights {
  return Object.fromEntries(eventNames.map((event) => [event, 1]));
}

/** Computes once per key; whoever asks while it is being made gets the same promise. */
async function keep<T>(desk: Desk, kind: string, madeFrom: unknown[], make: () => Promise<T>): Promise<T> {
  const { memo } = desk.workspace;
  const prefix = `recommenders ${kind} `;
  const key = prefix + sha256Hex(stableJson(madeFrom));
  const known = memo.get(key) as Promise<T> | undefined;
  if (known) {
    // Asked for again: now the youngest.
    memo.delete(key);
    memo.set(key, known);
    return known;
  }
  const made = make();
  memo.set(key, made);
  // Cancelled or failed, it is made anew the next time.
  made.catch(() => memo.delete(key));
  const kept = [...memo.keys()].filter((name) => name.startsWith(prefix));
  for (const old of kept.slice(0, Math.max(0, kept.length - mostKept))) memo.delete(old);
  return made;
}
