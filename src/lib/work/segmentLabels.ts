import type { Comparison, EvaluationRow } from '../core/evaluation/types';
import type { RunContext } from '../core/base/run';
import type { Plan, RecommenderSpec } from '../core/plan/schema';
import { liesBeside } from '../core/profiles/planTraits';
import { segmentsNamed } from '../core/recommenders/segmentNames';
import { localDate } from '../core/schema/asOf';
import { evaluateRule, type SegmentScope } from '../core/segments/evaluate';
import { replayRule, timelessTraits, type ReplayScope } from '../core/segments/history';

/** What segments of a plan are evaluated in: an epoch. */
export interface SegmentSource extends RunContext {
  plan: Pick<Plan, 'segments' | 'timeZone'>;
  segments(): Promise<SegmentScope>;
  replay(): Promise<ReplayScope>;
}

/**
 * The first of some segments of the plan that each customer, by number, is in; null where they are in none.
 * @param before an instant in microseconds: memberships are those of the midnight before it, so that they know nothing of
 * what came after; without it, those as of asOf
 */
export async function segmentLabels(epoch: SegmentSource, ids: readonly string[], before?: number): Promise<(string | null)[]> {
  const { users } = await epoch.segments();
  const labels = new Array<string | null>(users).fill(null);
  const past = before === undefined ? undefined : `${localDate(new Date(before / 1000), epoch.plan.timeZone)}T00:00:00`;
  for (const id of ids) {
    const rule = epoch.plan.segments.find((segment) => segment.id === id)!.rule;
    const { members } = past
      ? await replayRule(await epoch.replay(), rule, past, epoch)
      : await evaluateRule(await epoch.segments(), rule, { segmentId: id, run: epoch });
    for (let user = 0; user < users; user++) if (labels[user] === null && members.has(user)) labels[user] = id;
  }
  return labels;
}

/** Rows of models that go by segments of the plan say so where those know what was tested. */
export async function withSegmentsOfToday(
  epoch: SegmentSource,
  comparison: Comparison,
  specs: readonly RecommenderSpec[],
): Promise<Comparison> {
  const { rows, protocol } = comparison;
  const knowing = await Promise.all(specs.map((spec) => knowsTest(epoch, spec, protocol.cutAt !== undefined)));
  const marked = rows.map((row): EvaluationRow => {
    const at = specs.findIndex(({ id }) => id === row.modelId);
    return at >= 0 && knowing[at] ? { ...row, warnings: [...(row.warnings ?? []), { code: 'segments_of_today', values: {} }] } : row;
  });
  return { ...comparison, rows: marked };
}

/** Segments are replayed to the cut, where there is one; scores and tags in their rules are those of now all the same. */
async function knowsTest(epoch: SegmentSource, { options, weights }: RecommenderSpec, isDated: boolean): Promise<boolean> {
  const { segments } = epoch.plan;
  const named = segmentsNamed(options);
  const rules = segments.filter(({ id }) => named.includes(id)).map(({ rule }) => rule);
  if (weights !== undefined || rules.length < named.length || rules.length === 0) return false;
  if (!isDated) return true;
  const scope = await epoch.replay();
  const timeless = await Promise.all(rules.map((rule) => timelessTraits(scope, rule)));
  return timeless.flat().some(liesBeside);
}
