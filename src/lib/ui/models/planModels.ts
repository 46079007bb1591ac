import type { Plan, PlanModel } from '$lib/core/plan/schema';
import { namesIn, renamed } from '$lib/core/segments/names';

/** The trait that a propensity model's score is. */
export const scoreTrait = (modelId: string) => `score:${modelId}`;

/** Names of what is made from a model, so that it cannot be deleted under them: lists, segments, audiences. */
export function usersOfModel(plan: Plan, { id, kind }: PlanModel): string[] {
  if (kind === 'recommender') return plan.lists.filter((list) => list.model === id).map((list) => list.id);
  const trait = scoreTrait(id);
  return [
    ...plan.segments.filter(({ rule }) => namesIn(rule, 'trait').includes(trait)).map((segment) => segment.name ?? segment.id),
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
    segments: plan.segments.map((segment) => ({ ...segment, rule: renamed(segment.rule, { kind: 'trait', id: old }, now) })),
    audiences: plan.audiences.map((audience) => ({
      ...audience,
      ...(audience.top?.by === old ? { top: { ...audience.top, by: now } } : {}),
      columns: audience.columns.map((column) => (column === old ? now : column)),
    })),
  };
}
