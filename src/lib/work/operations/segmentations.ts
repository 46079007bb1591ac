import { stableJson } from '../../core/base/hash';
import { UserError } from '../../core/base/errors';
import { isNumeric } from '../../core/profiles/profileColumns';
import { requireColumn, traitColumns } from '../../core/profiles/profileRelation';
import { readTraitValues } from '../../core/profiles/traitValues';
import { cohortTable, type CohortChoice, type CohortTable } from '../../core/segmentations/cohorts';
import { historyOf, monthlyDates, type GroupHistory } from '../../core/segmentations/history';
import { lifeStages, proposeCuts, stagesAt, worthOf, type LifeCycleCuts, type StageWorth } from '../../core/segmentations/lifeCycle';
import { readIdOrder } from '../../core/profiles/userIds';
import { readKnownSince, readPurchases } from '../../core/segmentations/purchases';
import { rfmMoves, rfmShift } from '../../core/segmentations/rfmMoves';
import {
  cutsOfShares,
  simulatePoints,
  tierFigures,
  tierShift,
  type PointsOfTier,
  type PointsScheme,
  type Tier,
  type TierFigures,
} from '../../core/segmentations/tiers';
import { readEventDays } from '../../core/segments/eventDays';
import { rfmOf, type RfmConvention } from '../../core/segments/rfm';
import { rfmGrid, type RfmGrid } from '../../core/segments/rfmGrid';
import { rfmFamilies, type RfmFamily } from '../../core/segments/rfmGroups';
import { remember } from '../../core/store/remember';
import { reads } from './context';

export type { RfmGrid } from '../../core/segments/rfmGrid';
export type { GroupHistory } from '../../core/segmentations/history';

/** The RFM map of everybody with an order, under a convention. */
export const segmentRfm = reads<RfmConvention, RfmGrid>(async (convention, epoch) => {
  const { measures, scores } = await rfmOf(await epoch.profiles(), convention, epoch);
  return rfmGrid(measures, scores);
});

/** One way of naming people, and the convention that it is taken with. */
export interface RfmNaming {
  family: RfmFamily['id'];
  convention: RfmConvention;
}

/** People by their group under one convention (rows) and another (columns). */
export const rfmCompare = reads<{ one: RfmNaming; other: RfmNaming }, number[][]>(async ({ one, other }, epoch) => {
  const scope = await epoch.profiles();
  const side = async ({ family, convention }: RfmNaming) => ({
    scores: (await rfmOf(scope, convention, epoch)).scores,
    groups: groupsOf(family),
  });
  return rfmShift(await side(one), await side(other));
});

/** How people moved between the groups, month by month up to asOf. Group 0 is "no order yet". */
export const rfmHistory = reads<RfmNaming & { months: number }, GroupHistory>(async ({ family, convention, months }, epoch) => {
  const data = await epoch.data();
  return remember(
    data,
    `rfm history ${stableJson({ family, convention, months })}`,
    async (run) => {
      const [purchases, byId] = [await readPurchases(data, run), await readIdOrder(data, run)];
      return rfmMoves(purchases, byId, groupsOf(family), convention, monthlyDates(data.asOf, months), run);
    },
    epoch,
  );
});

export interface LifeCycleAnswer {
  cuts: LifeCycleCuts;
  /** What the data proposes. */
  proposed: LifeCycleCuts;
  /** By stage, in the order of `lifeStages`. */
  worth: StageWorth[];
  history: GroupHistory;
}

/** The stages of everybody's life as a customer; without cuts, with those that the data proposes. */
export const lifeCycle = reads<{ cuts?: LifeCycleCuts; months: number }, LifeCycleAnswer>(async ({ cuts, months }, epoch) => {
  const data = await epoch.data();
  const purchases = await readPurchases(data, epoch);
  const proposed = await remember(data, 'life cycle cuts', () => proposeCuts(purchases), epoch);
  const used = cuts ?? proposed;
  const found = await remember(
    data,
    `life cycle ${stableJson({ ...used, months })}`,
    async (run) => {
      const known = await readKnownSince(data, run);
      const dates = monthlyDates(data.asOf, months);
      const states: Uint8Array[] = [];
      for (const date of dates) states.push(await stagesAt(purchases, known, used, date, run));
      return { worth: worthOf(purchases, states.at(-1)!, data.asOf), history: historyOf(dates, states, lifeStages.length) };
    },
    epoch,
  );
  return { cuts: used, proposed, ...found };
});

/** The triangle of cohorts. @throws UserError `no_data` */
export const cohorts = reads<CohortChoice, CohortTable>(async (choice, epoch) => {
  const data = await epoch.data();
  return remember(
    data,
    `cohorts ${stableJson(choice)}`,
    async (run) => {
      const days = (event: string) => remember(data, `event days ${event}`, ({ signal }) => readEventDays(data, event, signal), run);
      const purchases = await readPurchases(data, run);
      return cohortTable(choice, await days(choice.event), await days(choice.returns), purchases, data.asOf, run);
    },
    epoch,
  );
});

export interface TierQuestion {
  /** Id of a numeric trait. */
  trait: string;
  /** Highest first; with shares, only the number of tiers counts. */
  tiers: readonly Tier[];
  /** Shares of the tiers but the lowest (0 … 1), in place of their least values. */
  shares?: readonly number[];
  /** How far below the next tier somebody is near it. */
  distance: number;
  /** Other least values to compare with. */
  instead?: readonly Tier[];
  points: PointsScheme;
}

export interface TierAnswer {
  tiers: Tier[];
  figures: TierFigures[];
  points: PointsOfTier[];
  /** Customers with a value of the trait. */
  customers: number;
  /** People by tier now (rows) and with the others (columns), and the points then; absent where none were given. */
  instead?: { shift: number[][]; points: PointsOfTier[] };
}

/** Value tiers by least values or by shares, who is near the next, and what points would cost. @throws UserError `column_unknown` */
export const valueTiers = reads<TierQuestion, TierAnswer>(async ({ trait, tiers: given, shares, distance, instead, points }, epoch) => {
  const scope = await epoch.profiles();
  const column = requireColumn(await traitColumns(scope), trait);
  if (!isNumeric(column.kind))
    throw new UserError('histogram_needs_number', `"${trait}" is not a number.`, 'Choose a trait that is a number.', { trait });
  const values = await readTraitValues(scope, column, epoch);
  const cuts = shares && cutsOfShares(values, shares);
  const tiers = given.map((tier, place) => ({ ...tier, atLeast: place === given.length - 1 ? null : (cuts?.[place] ?? tier.atLeast) }));
  const purchases = await readPurchases(scope, epoch);
  const simulate = (of: readonly Tier[]) => simulatePoints(purchases, values, of, points, scope.asOf, epoch);
  return {
    tiers,
    figures: tierFigures(values, tiers, distance),
    points: await simulate(tiers),
    customers: values.users.length,
    ...(instead ? { instead: { shift: tierShift(values, tiers, instead), points: await simulate(instead) } } : {}),
  };
});

function groupsOf(family: RfmFamily['id']) {
  return rfmFamilies.find(({ id }) => id === family)!.groups;
}
