import { controlArm, treatmentArm } from '$lib/core/audiences/experiment';
import type { ResultFinding } from '$lib/core/results/outcomes';
import type { MetricEffect, Verdict } from '$lib/core/results/campaignResult';
import type { KeptEffect } from '$lib/core/results/keptEffect';
import { addressedArm } from '$lib/core/results/people';
import { peoplePer } from '$lib/core/results/verdict';
import { m } from '$lib/paraglide/messages';
import type { Format } from '$lib/state/figures';
import { textOf } from '../catalogue.svelte';
import { sentences } from '../joined';
import { eventName } from '../eventNames';

type Named = Pick<MetricEffect, 'id' | 'kind' | 'isMoney'>;

/** Arms that nobody named have the marketer's words; others keep their own. */
export function armName(arm: string): string {
  if (arm === controlArm) return m.results_arm_control();
  return arm === addressedArm || arm === treatmentArm ? m.results_arm_addressed() : arm;
}

/** A kept effect: its campaign and arm. */
export function effectName({ campaign, arm }: Pick<KeptEffect, 'campaign' | 'arm'>): string {
  return `${campaign} · ${armName(arm)}`;
}

/** `Buyers`, `Revenue`, or a column's own name. */
export function metricName(id: string): string {
  const words: Record<string, () => string> = {
    ordered: m.results_metric_ordered,
    orders: m.results_metric_orders,
    revenue: m.results_metric_revenue,
    orderValue: m.results_metric_order_value,
  };
  return words[id]?.() ?? (id.startsWith('did:') ? eventName(id.slice(4)) : id);
}

/** With what it is counted per: `Buyers per 100 people`. */
export function metricPer(metric: Named, format: Format): string {
  const name = metricName(metric.id);
  if (metric.kind === 'ratio') return name;
  const per = peoplePer(metric);
  return per === 1 ? m.results_per_person({ name }) : m.results_per_people({ name, per: format.count(per) });
}

/** A difference as it is said, already multiplied by {@link peoplePer}. */
export function writeDifference(value: number, isMoney: boolean, format: Format): string {
  return isMoney ? format.money(value) : format.number(value, 2);
}

/** The result in one sentence, with the power that the test had. */
export function verdictSentence(verdict: Verdict, format: Format): string {
  const { code, arm, metric, isMoney, difference, low, high, detectable, level, kind } = verdict;
  const sign = code === 'fewer' ? -1 : 1;
  const [from, to] = sign < 0 ? [-high, -low] : [low, high];
  const write = (value: number) => writeDifference(value, isMoney, format);
  const values = {
    arm: armName(arm),
    what: metricPer({ id: metric, isMoney, kind }, format),
    difference: write(sign * difference),
    low: write(from),
    high: write(to),
    level: format.percent(level),
  };
  const words = {
    more: m.results_verdict_more,
    fewer: m.results_verdict_fewer,
    unseen: m.results_verdict_unseen,
    unreliable: m.results_verdict_unreliable,
  }[code];
  const power = detectable === null || code === 'unreliable' ? '' : m.results_verdict_power({ detectable: write(detectable) });
  return sentences(words(values), power);
}

export function findingSentence({ code, message, values }: ResultFinding): string {
  return textOf(`finding_${code}`, message, values);
}
