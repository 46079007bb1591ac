import { exportTraits } from '../core/exports/exportContent';
import type { PropensitySpec } from '../core/plan/schema';
import { scorePrefix } from '../core/profiles/profileColumns';
import type { Rule } from '../core/segments/rule';
import type { NeededParts } from './makeExports';
import type { OperationContext } from './operations/context';
import { propensityTrain } from './operations/predictions';
import { scoreKey } from './scoreKey';

/**
 * Trains the propensity models whose scores the audiences use and are missing or out of date, in the plan's
 * order. Recommenders are trained when their list is made.
 * @returns where each model was computed, by `model:<id>`
 */
export async function trainNeededModels(needed: NeededParts, context: OperationContext): Promise<Record<string, string>> {
  const { desk } = context;
  const ids = neededScores(needed);
  const backends: Record<string, string> = {};
  for (const model of needed.plan.models) {
    if (model.kind !== 'propensity' || !ids.has(model.id)) continue;
    const spec: PropensitySpec = model;
    const earlier = desk.workspace.propensityReports.get(spec.id);
    const fresh = earlier?.madeFrom === (await scoreKey(desk, spec));
    const report = earlier && fresh ? earlier : await propensityTrain({ model: spec }, context);
    backends[`model:${model.id}`] = report.backend;
  }
  return backends;
}

/** Models whose scores rules, `top` or columns of the needed audiences and of the exports name. */
function neededScores({ plan, audiences }: NeededParts): Set<string> {
  const traits = [
    ...audiences.flatMap(({ top, columns }) => [...(top ? [top.by] : []), ...columns]),
    ...plan.exports.flatMap((entry) => exportTraits(entry)),
  ];
  const visited = new Set<string>();
  const visit = (segmentId: string): void => {
    const segment = plan.segments.find(({ id }) => id === segmentId);
    if (!segment || visited.has(segmentId)) return;
    visited.add(segmentId);
    walk(segment.rule);
  };
  const walk = (rule: Rule): void => {
    if ('all' in rule) rule.all.forEach(walk);
    else if ('any' in rule) rule.any.forEach(walk);
    else if ('not' in rule) walk(rule.not);
    else if ('segment' in rule) visit(rule.segment);
    else if ('trait' in rule) traits.push(rule.trait);
  };
  audiences.forEach(({ from }) => visit(from));
  return new Set(traits.filter((trait) => trait.startsWith(scorePrefix)).map((trait) => trait.slice(scorePrefix.length)));
}
