import { modelOfTrait } from '../predictions/modelOfTrait';
import { scoresBehind, type PlanTrait } from '../profiles/planTraits';
import { traitsBehind } from '../segments/names';
import type { Rule } from '../segments/rule';
import type { PlanSharing } from './schema';
import { decidingTraits, type ChoosingAudience } from './traitsOfAudience';

/**
 * The traits that decide who is in an audience, each once: those of its segment's conditions, of all segments that
 * these name, the one by which the best are chosen, the scores that any of them is made of, and where one of these is the
 * likeness to a segment, those of that segment.
 */
export function choosingTraits(
  audience: ChoosingAudience,
  segments: readonly { id: string; rule: Rule }[],
  models: readonly { id: string; target?: { segment?: string; traits?: readonly string[] } }[] = [],
  planned: readonly PlanTrait[] = [],
  sharing?: readonly PlanSharing[],
): string[] {
  const found = new Set<string>();
  // From the end, because the last is looked at first.
  const open = decidingTraits(audience, segments, sharing).reverse();
  for (let trait = open.pop(); trait !== undefined; trait = open.pop()) {
    if (found.has(trait)) continue;
    found.add(trait);
    open.push(...scoresBehind([trait], planned));
    const model = modelOfTrait(trait)?.modelId;
    const target = models.find(({ id }) => id === model)?.target;
    open.push(...(target?.traits ?? []).toReversed());
    const seed = target?.segment;
    if (seed !== undefined) open.push(...traitsBehind([seed], segments).reverse());
  }
  return [...found];
}
