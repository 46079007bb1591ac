import { traitsOfAudience, traitsOfSharing } from '$lib/core/audiences/traitsOfAudience';
import type { Plan } from '$lib/core/plan/schema';
import { references } from '$lib/core/profiles/profilesQuery';
import { namesIn } from '$lib/core/segments/names';

/** Names of what is made with a trait, so that it cannot be removed under them. */
export function usersOfTrait(plan: Plan, id: string): string[] {
  const named = ({ id, name }: { id: string; name?: string }) => name ?? id;
  return [
    ...plan.traits.filter((trait) => trait.id !== id && references(trait).includes(id)).map(named),
    ...plan.segments.filter(({ rule }) => namesIn(rule, 'trait').includes(id)).map(named),
    ...plan.models.filter((model) => model.kind === 'prediction' && model.target?.traits?.includes(id)).map(named),
    ...plan.audiences.filter((audience) => traitsOfAudience(audience).includes(id)).map(named),
    ...(plan.sharing ?? []).filter((group) => traitsOfSharing(group).includes(id)).map(named),
    ...plan.exports
      .filter(({ columns }) => Object.values(columns ?? []).includes(id))
      .map((entry) => ('audience' in entry ? entry.audience : entry.list)),
  ];
}
