import { m } from '$lib/paraglide/messages';
import type { Plan } from '$lib/core/plan/schema';
import { scoresBehind, type PlanTrait } from '$lib/core/profiles/planTraits';
import type { Tag, TagOfPerson } from '$lib/core/profiles/tags/tag';
import { format } from '$lib/state/format.svelte';

export function tagName({ id, name }: Pick<Tag, 'id' | 'name'>): string {
  return name ?? id;
}

/** How people came by it. */
export function tagKindWords({ given }: Pick<Tag, 'given'>): string {
  const fromFile = given.some(({ from }) => from !== undefined);
  const byHand = given.length === 0 || given.some(({ from }) => from === undefined);
  if (fromFile && byHand) return m.tags_kind_both();
  return fromFile ? m.tags_kind_file() : m.tags_kind_hand();
}

export function familyKindWords(trait: PlanTrait, plan: Pick<Plan, 'traits'>): string {
  return scoresBehind([trait.id], plan.traits).length > 0 ? m.tags_kind_model() : m.tags_kind_rule();
}

/** By whom, when and from which file, and the note: the parts that are known. */
export function givenWords({ by, on, from, note }: Omit<TagOfPerson, 'label'>): string {
  return [
    ...(by ? [m.tags_given_by({ by })] : []),
    ...(on ? [m.tags_given_on({ date: format().date(on) })] : []),
    ...(from ? [m.tags_given_from({ file: from })] : []),
    ...(note ? [note] : []),
  ].join(' · ');
}
