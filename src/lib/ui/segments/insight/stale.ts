import type { Plan } from '$lib/core/plan/schema';
import { modelOfTrait } from '$lib/core/predictions/modelOfTrait';
import { outputStaleReasons, predictionNow } from '$lib/core/predictions/staleness';
import { scoresBehind } from '$lib/core/profiles/planTraits';
import { localDate } from '$lib/core/schema/asOf';
import { namesIn, segmentsInside } from '$lib/core/segments/names';
import type { Rule } from '$lib/core/segments/rule';
import type { WorkspaceView } from '$lib/work/operations/workspaces';

/** What a segment depends on that is out of date. */
export interface StaleGround {
  /** Models whose scores it asks for. */
  models: string[];
  /** Where the data ends more than a day before the day that the rule is asked as of. */
  data: { lastDay: string; days: number } | null;
}

export function staleGround(view: WorkspaceView, plan: Plan, rule: Rule): StaleGround {
  const rules = [rule, ...segmentsInside(rule, plan.segments).map((segment) => segment.rule)];
  const traits = rules.flatMap((each) => namesIn(each, 'trait'));
  const asked = new Set(scoresBehind(traits, plan.traits).flatMap((trait) => modelOfTrait(trait)?.modelId ?? []));
  const now = predictionNow(plan, { dataHash: view.facts?.dataHash ?? null, asOf: view.asOf, reports: view.predictionReports });
  const models = [...asked].filter((id) => {
    const model = plan.models.find((each) => each.id === id);
    const report = view.predictionReports.find(({ modelId }) => modelId === id);
    return report !== undefined && model?.kind === 'prediction' && outputStaleReasons(report, model, now).length > 0;
  });
  return { models, data: endOfData(view, plan) };
}

function endOfData({ facts, asOf }: WorkspaceView, { timeZone }: Plan): StaleGround['data'] {
  if (!facts?.lastEvent || !asOf) return null;
  const lastDay = localDate(new Date(facts.lastEvent), timeZone);
  // The day of the last event counts whole, so that asOf is the midnight after it.
  const days = Math.round((Date.parse(asOf.slice(0, 10)) - Date.parse(lastDay)) / 86_400_000) - 1;
  return days > 1 ? { lastDay, days } : null;
}
