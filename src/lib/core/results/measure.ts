import type { RunContext } from '../base/run';
import { bayesianRates } from '../experiments/bayes';
import { cupedEffect } from '../experiments/cuped';
import { sumsOf, type Effect } from '../experiments/effect';
import { meanEffect, ratioEffect, ratioSumsOf } from '../experiments/means';
import { detectableDifference, smallestEffect } from '../experiments/power';
import { proportionEffect } from '../experiments/proportions';
import { sampleRatio } from '../experiments/sampleRatio';
import { levelTogether, pTogether } from '../experiments/together';
import { rowsOf, sumAt, take } from './armRows';
import type { ArmResult, CampaignResult, MetricEffect } from './campaignResult';
import { looksOf } from './looks';
import { profitOf, type CampaignCosts } from './profit';
import { strataEffects } from './strataEffects';
import type { Trial, TrialMetric } from './trial';
import { verdictOf } from './verdict';

export interface MeasureOptions {
  level?: number;
  costs?: CampaignCosts;
}

/** CUPED narrows an interval by the root of what is left; below a hundredth nobody sees it. */
const leastExplained = 0.01;
/** An arm with fewer people says nothing. */
const fewestPeople = 2;

/** Every arm beside the control; what is said of several of them holds together. */
export async function measureTrial(trial: Trial, { level = 0.95, costs }: MeasureOptions, run: RunContext): Promise<CampaignResult> {
  const { people, metrics } = trial;
  const rowsOfArm = people.arms.map((_, arm) => rowsOf(people.armOf, arm));
  const present = people.arms.flatMap((_, arm) => (rowsOfArm[arm].length >= fewestPeople ? [arm] : []));
  const treated = present.filter((arm) => arm > 0);
  const findings = [...trial.findings];
  people.arms.forEach((id, arm) => {
    if (present.includes(arm)) return;
    const values = { arm: id, people: rowsOfArm[arm].length };
    findings.push({ code: 'results_arm_empty', message: `The arm "${id}" has ${values.people} people and is left out.`, values });
  });
  const ratio = people.shares
    ? sampleRatio(
        present.map((arm) => rowsOfArm[arm].length),
        present.map((arm) => people.shares![arm]),
      )
    : null;
  const eachLevel = levelTogether(level, treated.length);
  const byArm: MetricEffect[][] = [];
  for (const arm of treated) {
    byArm.push(
      metrics
        .map((metric) => metricEffect(metric, rowsOfArm[0], rowsOfArm[arm], eachLevel, treated.length))
        .filter((effect) => effect !== null),
    );
    await run.breathe();
  }
  const results: ArmResult[] = [];
  for (const [i, arm] of treated.entries()) {
    const [control, rows] = [rowsOfArm[0], rowsOfArm[arm]];
    results.push({
      arm: people.arms[arm],
      metrics: byArm[i],
      verdict: verdictOf(people.arms[arm], byArm[i][0], ratio?.alarms ?? false, level),
      looks: looksOf(trial, control, rows, eachLevel).map((look) => ({ ...look, p: pTogether(look.p, treated.length) })),
      strata: strataEffects(trial, control, rows, level, treated.length),
      profit: costs && trial.revenue ? profitOf(trial, control, rows, costs, eachLevel) : null,
    });
    await run.breathe();
  }
  return {
    campaign: people.campaign,
    level,
    eachLevel,
    span: trial.span,
    windowDays: trial.windowDays,
    currency: trial.currency,
    arms: present.map((arm) => ({
      id: people.arms[arm],
      people: rowsOfArm[arm].length,
      sent: people.sent ? sumAt(people.sent, rowsOfArm[arm]) : null,
      sums: Object.fromEntries(metrics.map(({ id, kind, values }) => [id, kind === 'ratio' ? null : sumAt(values, rowsOfArm[arm])])),
    })),
    sampleRatio: ratio,
    results,
    findings,
  };
}

/** Null where it cannot be told, such as a ratio over nothing. */
function metricEffect(
  { id, kind, isMoney, values, below, before }: TrialMetric,
  control: Int32Array,
  treated: Int32Array,
  level: number,
  arms: number,
): MetricEffect | null {
  const [c, t] = [take(values, control), take(values, treated)];
  const share = { control: { people: c.length, did: sumAt(values, control) }, treated: { people: t.length, did: sumAt(values, treated) } };
  let effect: Effect;
  if (kind === 'share') effect = proportionEffect(share.control, share.treated, level);
  else if (kind === 'mean') effect = meanEffect(sumsOf(c), sumsOf(t), level);
  else {
    const [above, under] = [
      [c, t],
      [take(below!, control), take(below!, treated)],
    ];
    if (under.some((counts) => counts.every((value) => value === 0))) return null;
    effect = ratioEffect(ratioSumsOf(above[0], under[0]), ratioSumsOf(above[1], under[1]), level);
  }
  const cuped = before
    ? cupedEffect({ after: c, before: take(before, control) }, { after: t, before: take(before, treated) }, level)
    : null;
  const people = c.length + t.length;
  return {
    id,
    kind,
    isMoney,
    effect,
    adjustedP: pTogether(effect.p, arms),
    cuped: cuped && cuped.explained >= leastExplained ? cuped : null,
    bayes: kind === 'share' ? bayesianRates(share.control, share.treated) : null,
    detectable:
      kind === 'share'
        ? smallestEffect({ rate: effect.control, controlShare: c.length / people, alpha: 1 - level }, people)
        : detectableDifference(effect.error, { alpha: 1 - level }),
  };
}
