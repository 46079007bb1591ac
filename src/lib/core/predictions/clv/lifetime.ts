import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { gammaMedian } from '../../math/gamma';
import { checkHistories, checkMoney, dataFindings, fitFindings, moneyFindings, relation, type Finding } from './checks';
import type { Fit } from './fit';
import { fitGammaGamma, fitPurchaseModel, spendRows } from './fitModels';
import { gammaGamma } from './gammaGamma';
import { heldOutLogLikelihood, heldOutSection, heldOutTime, trackingSection, type Fitted } from './heldOut';
import { distinct } from './histories';
import { historiesUntil, spanOf, type Histories, type PurchaseDays } from './purchaseDays';
import type { PurchaseModel, PurchaseModelId } from './purchaseModel';
import { purchaseModel, purchaseModels } from './purchaseModels';
import { regularityOf, type Regularity } from './regularity';
import type { FittedParameter, HeldOutSection, LifetimeCandidate, LifetimeFact, LifetimeSection, TrackingSection } from './sections';

/** Histories of which the single days are not known: nothing of them can be held out. */
export interface PurchaseSummary {
  histories: Histories;
  isPriced: boolean;
}

export interface LifetimeRequest {
  model: PurchaseModelId | 'auto';
  /** The day at whose beginning observation ends, since 1970-01-01. */
  end: number;
  /** The day from which on purchases are held out; null: none are. */
  heldOutFrom: number | null;
  /** The day whose history the final parameters are of: `end`, or `heldOutFrom`. */
  fitUntil: number;
}

export interface Lifetime {
  model: PurchaseModel;
  fit: Fit;
  chosenBy: LifetimeSection['chosenBy'];
  candidates: LifetimeCandidate[];
  /** Of everybody who had begun before `fitUntil`. */
  histories: Histories;
  money: { fit: Fit; customers: number; correlation: number } | null;
  regularity: Regularity | null;
  heldOut: HeldOutSection | null;
  tracking: TrackingSection | null;
  findings: Finding[];
}

const weeksOfYear = 365.25 / 7;

/**
 * Fits who buys again and for how much. Where a time can be held out, every model asked for is fitted to what was before
 * it and compared on it; the one that finds the held-out purchases most likely is used (`auto`), and fitted once more to
 * all until `fitUntil`. Without such a time the model with the lowest BIC is used.
 * @throws UserError `clv_no_repeats`, `clv_too_few`, `clv_daily`, `clv_money_negative`
 */
export async function fitLifetime(
  known: PurchaseDays | PurchaseSummary,
  { model: asked, end, heldOutFrom, fitUntil }: LifetimeRequest,
  run: RunContext,
): Promise<Lifetime> {
  const purchases = 'histories' in known ? null : known;
  const histories = 'histories' in known ? known.histories : historiesUntil(known, fitUntil);
  const isPriced = 'histories' in known ? known.isPriced : known.priced.some((count) => count > 0);
  checkHistories(histories);
  const findings: Finding[] = [];
  const regularity = purchases && regularityOf(purchases, fitUntil);
  const tried = asked === 'auto' ? purchaseModels : [purchaseModel(asked)];
  const time = heldOutFrom === null || !purchases ? null : timeToTest(purchases, heldOutFrom, end, findings);
  const before = time?.histories ?? histories;
  const { rows } = distinct(before);
  const fits: { model: PurchaseModel; fit: Fit; candidate: LifetimeCandidate }[] = [];
  for (const model of tried) {
    run.report({ stage: 'train', done: fits.length, total: tried.length + 1, unit: 'steps' });
    const fit = await fitPurchaseModel(model, rows, run);
    const heldOut = time && heldOutLogLikelihood({ model, parameters: fit.parameters }, time);
    const bic = model.parameters.length * Math.log(before.x.length) - 2 * fit.logLikelihood;
    fits.push({ model, fit, candidate: { id: model.id, logLikelihood: fit.logLikelihood, bic, heldOut } });
  }
  const worth = ({ heldOut, bic }: LifetimeCandidate) => heldOut ?? -bic;
  const best = fits.reduce((first, each) => (worth(each.candidate) > worth(first.candidate) ? each : first));
  const isSame = fitUntil === (heldOutFrom ?? fitUntil) || time === null;
  run.report({ stage: 'train', done: tried.length, total: tried.length + 1, unit: 'steps' });
  const fit = isSame ? best.fit : await fitPurchaseModel(best.model, distinct(histories).rows, run);
  findings.push(...dataFindings(histories, regularity), ...fitFindings(best.model, fit));

  run.report({ stage: 'test', done: 0, total: 1, unit: 'steps' });
  const fitted = fits.map(({ model, fit: { parameters } }): Fitted => ({ model, parameters }));
  const money = isPriced ? await fitMoney(histories, findings, run) : null;
  return {
    model: best.model,
    fit,
    chosenBy: asked !== 'auto' ? 'named' : time ? 'heldOut' : 'bic',
    candidates: fits.map(({ candidate }) => candidate),
    histories,
    money,
    regularity,
    heldOut: time && (await heldOutSection(purchases!, time, heldOutFrom!, fitted, best.model.id, run)),
    tracking: time && trackingSection(purchases!, heldOutFrom!, end, { model: best.model, parameters: best.fit.parameters }),
    findings,
  };
}

/** What the report says of it. */
export function lifetimeSection(
  { model, fit, chosenBy, candidates, histories, money, regularity }: Lifetime,
  days: Pick<LifetimeSection, 'horizonDays' | 'lifetimeDays'>,
  alive: ArrayLike<number>,
): LifetimeSection {
  return {
    kind: 'lifetime',
    model: model.id,
    chosenBy,
    parameters: named(model.parameters, fit),
    logLikelihood: fit.logLikelihood,
    customers: histories.x.length,
    repeaters: histories.x.reduce((count, times) => count + (times > 0 ? 1 : 0), 0),
    agreeing: fit.agreeing,
    starts: fit.starts,
    candidates,
    facts: factsOf(model, fit, money?.fit ?? null, alive),
    money: money && {
      parameters: named(gammaGamma.parameters, money.fit),
      logLikelihood: money.fit.logLikelihood,
      customers: money.customers,
      correlation: money.correlation,
    },
    regularity,
    ...days,
  };
}

/** The time to be held out, where enough is known before it; else a finding. */
function timeToTest(purchases: PurchaseDays, from: number, end: number, findings: Finding[]) {
  try {
    const time = heldOutTime(purchases, from, end);
    checkHistories(time.histories);
    return time;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    findings.push({
      code: 'clv_no_hold_out',
      message: 'Too little was known before the time that would be held out, so the model was not tested.',
    });
    return null;
  }
}

async function fitMoney(histories: Histories, findings: Finding[], run: RunContext): Promise<Lifetime['money']> {
  const without = checkMoney(histories);
  const rows = spendRows(histories);
  const fit = await fitGammaGamma(rows, run);
  const correlation = relation(rows);
  findings.push(...moneyFindings(correlation, without), ...fitFindings({ id: 'gamma-gamma', parameters: gammaGamma.parameters }, fit));
  const q = fit.parameters[1];
  if (q <= 1) {
    findings.push({
      code: 'clv_money_no_mean',
      message:
        'A few customers spend so much more than the others that a mean over all does not settle (q ≤ 1); value is not given for customers without a repeat purchase.',
    });
  }
  return { fit, customers: rows.x.length, correlation };
}

function named(names: readonly string[], { parameters, standardErrors }: Fit): FittedParameter[] {
  return names.map((name, i) => ({ name, value: parameters[i], standardError: standardErrors?.[i] ?? null }));
}

function factsOf(model: PurchaseModel, { parameters }: Fit, money: Fit | null, alive: ArrayLike<number>): LifetimeFact[] {
  const [r, alpha, third, fourth] = parameters;
  // By size, so that the sum does not depend on how people are numbered.
  const active = Float64Array.from(alive)
    .sort()
    .reduce((sum, chance) => sum + chance, 0);
  const median = gammaMedian(r) / alpha;
  return [
    { id: 'pause', weeks: 1 / median },
    { id: 'rate', perYear: (r / alpha) * weeksOfYear },
    model.id === 'pareto-nbd' ? { id: 'gone', weeks: fourth * (2 ** (1 / third) - 1) } : { id: 'stop', share: third / (third + fourth) },
    { id: 'active', customers: active, share: active / alive.length },
    ...(money && money.parameters[1] > 1 ? [{ id: 'spend' as const, amount: gammaGamma.expectedSpend(money.parameters, 0, 0) }] : []),
  ];
}

/** Where the last `share` of the observed time begins, in whole weeks back from its end. */
export function heldOutStart(purchases: PurchaseDays, end: number, share: number): number {
  const { first } = spanOf(purchases);
  return end - 7 * Math.max(1, Math.round(((end - first) * share) / 7));
}
