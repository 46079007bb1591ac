import { sharingWithTraits, traitsOfAudience, traitsOfSharing, withTraits } from '$lib/core/audiences/traitsOfAudience';
import type { Plan, PlanList, PlanModel } from '$lib/core/plan/schema';
import { references, renamedInside } from '$lib/core/profiles/profilesQuery';
import { namesIn, renamed } from '$lib/core/segments/names';
import { outputsOf } from '$lib/core/predictions/outputs';
import { predictionTasks } from '$lib/core/predictions/tasks/catalogue';

/** The traits that a model's outputs are; none of a recommender. */
export function traitsOfModel(model: PlanModel): string[] {
  const isKnown = model.kind === 'prediction' && predictionTasks.some(({ id }) => id === model.task);
  return isKnown ? outputsOf(model).map(({ traitId }) => traitId) : [];
}

/** Names of what is made from a model, so that it cannot be deleted under them: lists, traits, segments, audiences. */
export function usersOfModel(plan: Plan, model: PlanModel): string[] {
  if (model.kind === 'recommender') return plan.lists.filter((list) => modelsOf(list).includes(model.id)).map((list) => list.id);
  const traits = traitsOfModel(model);
  return [
    ...plan.traits.filter((trait) => references(trait).some((id) => traits.includes(id))).map(({ id, name }) => name ?? id),
    ...plan.segments.filter(({ rule }) => namesIn(rule, 'trait').some((trait) => traits.includes(trait))).map((segment) => segment.name ?? segment.id),
    ...plan.audiences
      .filter((audience) => traitsOfAudience(audience).some((trait) => traits.includes(trait)))
      .map((audience) => audience.name ?? audience.id),
    ...(plan.sharing ?? [])
      .filter((group) => traitsOfSharing(group).some((trait) => traits.includes(trait)))
      .map((group) => group.name ?? group.id),
    ...plan.exports
      .filter(({ columns }) => Object.values(columns ?? []).some((column) => traits.includes(column)))
      .map((entry) => ('audience' in entry ? entry.audience : entry.list)),
  ];
}

/** Gives a model another id, in the model and in all that names it. */
export function renameModel(plan: Plan, from: string, to: string): Plan {
  const model = plan.models.find(({ id }) => id === from);
  const traits = model ? traitsOfModel(model) : [];
  const newTraits = model ? traitsOfModel({ ...model, id: to }) : [];
  return traits.reduce((changed, trait, i) => renameTrait(changed, trait, newTraits[i]), {
    ...plan,
    models: plan.models.map((each) => (each.id === from ? { ...each, id: to } : each)),
    lists: plan.lists.map((list) => renamedIn(list, from, to)),
  });
}

/** The list's model, and those that its policies ask after it. */
function modelsOf({ model, policies }: PlanList): string[] {
  return [model, ...(policies?.models ?? [])];
}

function renamedIn(list: PlanList, from: string, to: string): PlanList {
  if (!modelsOf(list).includes(from)) return list;
  const named = (id: string) => (id === from ? to : id);
  const { policies } = list;
  return {
    ...list,
    model: named(list.model),
    ...(policies?.models && { policies: { ...policies, models: policies.models.map(named) } }),
  };
}

function renameTrait(plan: Plan, old: string, now: string): Plan {
  const named = (trait: string) => (trait === old ? now : trait);
  return {
    ...plan,
    traits: plan.traits.map((trait) => renamedInside(trait, old, now)),
    segments: plan.segments.map((segment) => ({ ...segment, rule: renamed(segment.rule, { kind: 'trait', id: old }, now) })),
    audiences: plan.audiences.map((audience) => withTraits(audience, named)),
    ...(plan.sharing && { sharing: plan.sharing.map((group) => sharingWithTraits(group, named)) }),
    exports: plan.exports.map((entry) => {
      if (!entry.columns) return entry;
      if (Array.isArray(entry.columns)) return { ...entry, columns: entry.columns.map(named) };
      return { ...entry, columns: Object.fromEntries(Object.entries(entry.columns).map(([field, trait]) => [field, named(trait)])) };
    }),
  };
}
