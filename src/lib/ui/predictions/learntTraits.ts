import { modelOfTrait } from '$lib/core/predictions/modelOfTrait';
import { tagPrefix } from '$lib/core/profiles/tags/tag';
import type { TraitInfo } from '$lib/core/profiles/traits';
import { traits } from '$lib/state/traits.svelte';
import { workbench } from '$lib/state/workbench.svelte';

/** What a model would learn from: the plan's own traits only where they say so, and never scores or tags. */
export function learntTraits(): TraitInfo[] {
  const planned = workbench.plan?.traits ?? [];
  return traits.list
    .filter(({ id }) => modelOfTrait(id) === null && !id.startsWith(tagPrefix))
    .filter(({ id }) => planned.find((trait) => trait.id === id)?.feature ?? true);
}
