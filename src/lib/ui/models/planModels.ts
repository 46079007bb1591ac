import type { Plan, PlanModel } from '$lib/core/plan/schema';
import type { Rule } from '$lib/core/segments/rule';

/** The trait that a propensity model's score is. */
export const scoreTrait = (modelId: string) => `score:${modelId}`;

/** Names of what is made from a model, so that it cannot be deleted under them: lists, segments, audiences. */
export function usersOfModel(plan: Plan, { id, kind }: PlanModel): string[] {
  if (kind === 'recommender') return plan.lists.filter((list) => list.model === id).map((list) => list.id);
  const trait = scoreTrait(id);
  return [
    ...plan.segments.filter(({ rule }) => readsTrait(rule, trait)).map((segment) => segment.name ?? segment.id),
    ...plan.audiences
      .filter(({ top, columns }) => top?.by === trait || columns.includes(trait))
      .map((audience) => audience.name ?? audience.id),
  ];
}

/** Gives a model another id, in the model and in all that names it. */
export function renameModel(plan: Plan, from: string, to: string): Plan {
  const [old, now] = [scoreTrait(from), scoreTrait(to)];
  return {
    ...plan,
    models: plan.models.map((model) => (model.id === from ? { ...model, id: to } : model)),
    lists: plan.lists.map((list) => (list.model === from ? { ...list, model: to } : list)),
    segments: plan.segments.map((segment) =>
      readsTrait(segment.rule, old) ? { ...segment, rule: withTrait(segment.rule, old, now) } : segment,
    ),
    audiences: plan.audiences.map((audience) => ({
      ...audience,
      ...(audience.top?.by === old ? { top: { ...audience.top, by: now } } : {}),
      columns: audience.columns.map((column) => (column === old ? now : column)),
    })),
  };
}

function readsTrait(rule: Rule, trait: string): boolean {
  if ('all' in rule) return rule.all.some((part) => readsTrait(part, trait));
  if ('any' in rule) return rule.any.some((part) => readsTrait(part, trait));
  if ('not' in rule) return readsTrait(rule.not, trait);
  return 'trait' in rule && rule.trait === trait;
}

function withTrait(rule: Rule, from: string, to: string): Rule {
  if ('all' in rule) return { all: rule.all.map((part) => withTrait(part, from, to)) };
  if ('any' in rule) return { any: rule.any.map((part) => withTrait(part, from, to)) };
  if ('not' in rule) return { not: withTrait(rule.not, from, to) };
  return 'trait' in rule && rule.trait === from ? { ...rule, trait: to } : rule;
}
