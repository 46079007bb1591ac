import type { Plan } from '$lib/core/plan/schema';
import { giveTag, takeTag, type Tag, type TagOfPerson } from '$lib/core/profiles/tags/tag';
import { localDate } from '$lib/core/schema/asOf';
import { freshId } from '$lib/state/freshId';
import { workbench } from '$lib/state/workbench.svelte';

/** What somebody chose to give: a tag of the plan, or a new one. */
export interface ChosenTag extends Omit<TagOfPerson, 'from' | 'on' | 'label'> {
  tag: Tag;
  label?: string;
}

/** The plan with the tag in place of the one of its id, or added. */
export function withTag(plan: Plan, tag: Tag): Plan {
  const tags = plan.tags ?? [];
  return { ...plan, tags: tags.some(({ id }) => id === tag.id) ? tags.map((one) => (one.id === tag.id ? tag : one)) : [...tags, tag] };
}

export function withoutTag(plan: Plan, id: string): Plan {
  return { ...plan, tags: (plan.tags ?? []).filter((tag) => tag.id !== id) };
}

/** Gives a tag to people as of today: one step to undo. */
export function give({ tag, label, by, note }: ChosenTag, ids: readonly string[]): void {
  const how = { on: today(), ...(by && { by }), ...(note && { note }), ...(label && { label }) };
  workbench.edit((plan) => withTag(plan, giveTag(plan.tags?.find(({ id }) => id === tag.id) ?? tag, ids, how)));
}

export function take(tag: Tag, ids: readonly string[]): void {
  workbench.edit((plan) => withTag(plan, takeTag(plan.tags?.find(({ id }) => id === tag.id) ?? tag, ids)));
}

/** A tag that nobody has yet. */
export function newTag(name: string, kind: NonNullable<Tag['kind']>): Tag {
  const id = freshId(
    name,
    (workbench.plan?.tags ?? []).map((tag) => tag.id),
  );
  return { id, name: name.trim(), ...(kind === 'label' && { kind }), given: [] };
}

/** The day in the plan's time zone. */
export function today(): string {
  return localDate(new Date(), workbench.plan?.timeZone ?? 'UTC');
}
