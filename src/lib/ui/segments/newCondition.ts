import { kindNamed } from '$lib/core/segments/conditions/catalogue';
import type { Rule } from '$lib/core/segments/rule';
import { workbench } from '$lib/state/workbench.svelte';
import type { RuleContext } from './ruleContext';

/** A condition of a kind, complete from the start so that a rule can be counted after every edit; `group` is one of its own. */
export function newCondition(key: string, context: Pick<RuleContext, 'traits' | 'events' | 'segments'>): Rule {
  if (key === 'group') return { any: [newCondition('trait', context)] };
  return kindNamed(key)!.fresh({ ...context, idLists: workbench.plan?.idLists }) as Rule;
}
