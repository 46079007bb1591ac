import { choosingTraits } from '$lib/core/audiences/choosingTraits';
import type { Plan, PlanAudience } from '$lib/core/plan/schema';
import type { ColumnClass } from '$lib/core/schema/privacy/classes';

/** An audience that would be exported and is chosen by something sensitive that nobody has confirmed. */
export interface SensitiveAudience {
  audience: PlanAudience;
  traits: string[];
}

/** Those of the plan's exports and lists, each once, in the plan's order. */
export function sensitiveAudiences(
  { audiences, lists, exports, segments, models, traits: planned, sharing }: Plan,
  known: readonly { id: string; class?: ColumnClass }[],
): SensitiveAudience[] {
  const listed = new Set(exports.map((entry) => ('list' in entry ? entry.list : '')));
  const exported = new Set([
    ...exports.map((entry) => ('audience' in entry ? entry.audience : '')),
    ...lists.filter(({ id }) => listed.has(id)).map((list) => list.for),
  ]);
  const sensitive = new Set(known.filter(({ class: of }) => of === 'sensitive').map(({ id }) => id));
  return audiences
    .filter(({ id }) => exported.has(id))
    .map((audience) => ({
      audience,
      traits: choosingTraits(
        audience,
        segments,
        models.filter((model) => model.kind === 'prediction'),
        planned,
        sharing,
      ).filter((id) => sensitive.has(id) && !audience.sensitive?.includes(id)),
    }))
    .filter(({ traits }) => traits.length > 0);
}

/** The plan in which an audience may be chosen by these traits. */
export function withConfirmed(plan: Plan, audienceId: string, traits: readonly string[]): Plan {
  const audiences = plan.audiences.map((audience) =>
    audience.id === audienceId ? { ...audience, sensitive: [...(audience.sensitive ?? []), ...traits] } : audience,
  );
  return { ...plan, audiences };
}
