import { UserError } from '../../core/base/errors';
import { readCustomerSpend, type CustomerSpend } from '../../core/profiles/customerSpend';
import { populationOf } from '../../core/profiles/population';
import { numberOfUser } from '../../core/profiles/userIds';
import { personLife, type PersonLife } from '../../core/predictions/clv/personLife';
import { readPurchaseDays } from '../../core/predictions/clv/readPurchaseDays';
import { clv, fittedOf } from '../../core/predictions/tasks/clv';
import { personDrivers, type PersonDrivers } from '../../core/predictions/personDrivers';
import { sectionOf, type DriversSection } from '../../core/predictions/report';
import { outputStaleReasons, predictionNow } from '../../core/predictions/staleness';
import { dayNumber } from '../../core/schema/days';
import { recommendForUsers } from '../../core/recommendations/recommendForUsers';
import { lifeStages, proposeCuts, stagesAt, type LifeStage } from '../../core/segmentations/lifeCycle';
import { readKnownSince, readPurchases } from '../../core/segmentations/purchases';
import { cellMatcher, rfmOf } from '../../core/segments/rfm';
import { rfmFamilies } from '../../core/segments/rfmGroups';
import { readItemLines, type ItemLine } from '../../core/store/itemQueries';
import { remember } from '../../core/store/remember';
import { learntBy, toolsOf } from '../predictions';
import { dueOf } from '../dueDays';
import { usuallyExcluded, isTrained, trainedModel } from '../recommenders';
import type { Epoch } from '../epoch';
import { reads } from './context';

export type { PersonDrivers } from '../../core/predictions/personDrivers';
export type { CustomerSpend } from '../../core/profiles/customerSpend';

export interface CustomerStanding {
  userId: string;
  spend: CustomerSpend;
  /** The group of each naming (`rfmFamilies`) with its scores of recency, frequency and monetary; none without an order. */
  rfm: { family: string; group: string; scores: [number, number, number]; bins: number }[];
  /** By the cut-offs that the data proposes; null where they are not known yet. */
  stage: LifeStage | null;
}

/**
 * Money by month and category, RFM groups and the stage of life of one customer. What is made of everybody's purchases
 * is remembered, so that the next customer costs two small queries.
 * @throws UserError `user_unknown`
 */
export const customerStanding = reads<{ userId: string }, CustomerStanding>(async ({ userId }, epoch) => {
  const scope = await epoch.profiles();
  const user = await numberOfUser(scope, userId, epoch.signal);
  const spend = await readCustomerSpend(scope, user, epoch.signal);
  const rfm: CustomerStanding['rfm'] = [];
  for (const { id, groups, convention } of rfmFamilies) {
    const { scores } = await rfmOf(scope, convention, epoch);
    const at = scores.userIndexes.indexOf(user);
    if (at === -1) continue;
    const triple: [number, number, number] = [scores.recency[at], scores.frequency[at], scores.monetary[at]];
    const group = groups.find(({ cells }) => cellMatcher(cells)(...triple));
    if (group) rfm.push({ family: id, group: group.id, scores: triple, bins: convention.bins });
  }
  const stages = await stagesNow(epoch);
  const isKnown = (await populationOf(scope, epoch)).has(user);
  return { userId, spend, rfm, stage: isKnown ? (lifeStages[stages[user]] ?? null) : null };
});

/** Everybody's stage as of now, with the proposed cut-offs: those that the tab begins with. */
async function stagesNow(epoch: Epoch): Promise<Uint8Array> {
  const data = await epoch.data();
  const purchases = await readPurchases(data, epoch);
  const cuts = await remember(data, 'life cycle cuts', () => proposeCuts(purchases), epoch);
  return remember(data, 'stages now', async (run) => stagesAt(purchases, await readKnownSince(data, run), cuts, data.asOf, run), epoch);
}

/** Why a person has no drivers of their own. */
export type NoDrivers = 'computed' | 'not-kept' | 'no-events';

export interface CustomerScore {
  modelId: string;
  /** Of this person, or why there are none. */
  drivers: PersonDrivers | NoDrivers;
  /** Of a model of lifetime value: how likely they were a customer still, from their first purchase on. */
  life: PersonLife | null;
  /** What drives the model in general. */
  general: DriversSection | null;
  /** The outputs are of other data, another day or another definition than now. */
  isStale: boolean;
}

/** What each trained prediction goes by for one customer. @throws UserError `user_unknown` */
export const customerScores = reads<{ userId: string }, { userId: string; scores: CustomerScore[] }>(async ({ userId }, epoch) => {
  const data = await epoch.data();
  const user = await numberOfUser(data, userId, epoch.signal);
  const now = predictionNow(epoch.plan, { ...data, reports: [...epoch.state.predictions.values()].map(({ report }) => report) });
  const scores: CustomerScore[] = [];
  for (const model of epoch.plan.models) {
    if (model.kind !== 'prediction') continue;
    const made = epoch.state.predictions.get(model.id);
    if (!made) continue;
    scores.push({
      modelId: model.id,
      drivers: await driversOf(epoch, model.id, user),
      life: await lifeOf(epoch, model.id, user),
      general: sectionOf(made.report, 'drivers') ?? null,
      isStale: outputStaleReasons(made.report, model, now).length > 0,
    });
  }
  return { userId, scores };
});

async function lifeOf(epoch: Epoch, modelId: string, user: number): Promise<PersonLife | null> {
  const { report } = epoch.state.predictions.get(modelId)!;
  const event = report.protocol.target?.event;
  const state = report.task === clv.id && event !== undefined ? await learntBy(epoch, modelId) : undefined;
  if (!state) return null;
  const { observedTo } = report.protocol;
  const { model, parameters } = fittedOf(state);
  const purchases = await readPurchaseDays(await epoch.data(), event!, observedTo, epoch.signal, user);
  return personLife(purchases, user, model, parameters, dayNumber(observedTo));
}

async function driversOf(epoch: Epoch, modelId: string, user: number): Promise<PersonDrivers | NoDrivers> {
  if (epoch.state.predictions.get(modelId)!.report.learner === null) return 'computed';
  const state = await learntBy(epoch, modelId);
  if (!state) return 'not-kept';
  try {
    return (await personDrivers(await epoch.data(), state, user, toolsOf(epoch), epoch)) ?? 'no-events';
  } catch (error) {
    // The data has lost what the model goes by: its own screen says so.
    if (error instanceof UserError && error.code === 'prediction_input_missing') return 'not-kept';
    throw error;
  }
}

export interface CustomerPicks {
  userId: string;
  lists: {
    modelId: string;
    items: (ItemLine & { rank: number; due?: string })[];
    /** They are what most customers chose: the model knows nothing of this one. */
    isPopularity: boolean;
  }[];
  /** Recommenders of the plan that would have to be trained first. */
  untrained: string[];
}

/** What the recommenders that are trained would show one customer; nothing is trained for it. @throws UserError `user_unknown` */
export const customerPicks = reads<{ userId: string; size: number }, CustomerPicks>(async ({ userId, size }, epoch) => {
  const data = await epoch.data();
  const user = await numberOfUser(data, userId, epoch.signal);
  const picks: CustomerPicks = { userId, lists: [], untrained: [] };
  for (const spec of epoch.plan.models) {
    if (spec.kind !== 'recommender') continue;
    if (!(await isTrained(epoch, spec))) {
      picks.untrained.push(spec.id);
      continue;
    }
    const model = await trainedModel(epoch, spec);
    const exclude = await usuallyExcluded(epoch, spec);
    const request = { users: Int32Array.of(user), size, exclude };
    const { items, fromPopularity } = await recommendForUsers(model, request, await epoch.desk.kernels(), epoch);
    const listed = items.filter((item) => item >= 0);
    const lines = await readItemLines(data, listed, epoch.signal);
    const isPopularity = listed.length > 0 && fromPopularity.subarray(0, listed.length).every((mark) => mark === 1);
    picks.lists.push({
      modelId: spec.id,
      items: lines.map((line, i) => ({ ...line, rank: i + 1, ...dueOf(model.model, user, listed[i]) })),
      isPopularity,
    });
  }
  return picks;
});
