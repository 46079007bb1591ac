import { dateOfDay, dayNumber } from '$lib/core/schema/days';
import type { Plan } from '$lib/core/plan/schema';
import type { PlanTrait } from '$lib/core/profiles/planTraits';
import type { Rule } from '$lib/core/segments/rule';
import { format } from '$lib/state/format.svelte';

/** A segment is asked for; `traits` are those that its rule needs and that the plan may not have yet. */
export type MakeSegment = (name: string, rule: Rule, traits?: readonly PlanTrait[]) => void;

/** How many months back a movement is shown. */
export type MonthsBack = '3' | '6' | '12';

/** A plan with these traits: those of the same id give way. */
export function withTraits(plan: Plan, traits: readonly PlanTrait[]): Plan {
  const others = plan.traits.filter(({ id }) => !traits.some((trait) => trait.id === id));
  return { ...plan, traits: [...others, ...traits] };
}

/** The last day that counts as of a midnight, as people write it. */
export function lastDayBefore(midnight: string): string {
  return format().date(dateOfDay(dayNumber(midnight) - 1));
}
