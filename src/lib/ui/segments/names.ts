import type { RuleContext } from './ruleContext';
import type { Names } from './sentence';

/** What the parts of a rule's sentences are called, by what the builder knows. */
export function namesOf({ segments, traits }: Pick<RuleContext, 'segments' | 'traits'>): Names {
  return {
    segment: (id) => segments.find((segment) => segment.id === id)?.name ?? id,
    traitKind: (id) => traits.find((trait) => trait.id === id)?.kind,
  };
}
