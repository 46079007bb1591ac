import { traits } from '$lib/state/traits.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import type { RuleContext } from './ruleContext';
import type { Names } from './sentence';

/** A segment of the plan as people call it; the id where it has no name, or is gone. */
export function segmentName(id: string): string {
  return nameIn(workbench.plan?.segments ?? [], id);
}

/** What the parts of a rule's sentences are called, by the plan and the data on screen. */
export const planNames: Names = { segment: segmentName, traitKind: (id) => traits.get(id)?.kind };

/** The same by what the builder knows. */
export function namesOf({ segments, traits }: Pick<RuleContext, 'segments' | 'traits'>): Names {
  return { segment: (id) => nameIn(segments, id), traitKind: (id) => traits.find((trait) => trait.id === id)?.kind };
}

function nameIn(segments: readonly { id: string; name?: string }[], id: string): string {
  return segments.find((segment) => segment.id === id)?.name ?? id;
}
