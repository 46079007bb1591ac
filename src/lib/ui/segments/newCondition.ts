import type { Rule } from '$lib/core/segments/rule';
import type { RuleContext } from './ruleContext';

export type ConditionKind = 'trait' | 'event' | 'segment' | 'rfm' | 'group';

/** A condition that is complete from the start, so that a rule can be counted after every edit. */
export function newCondition(kind: ConditionKind, context: RuleContext): Rule {
  switch (kind) {
    case 'trait':
      return context.traits.some(({ id }) => id === 'daysSinceLastOrder') || context.traits.length === 0
        ? { trait: 'daysSinceLastOrder', atMost: 30 }
        : { trait: context.traits[0].id, exists: true };
    case 'event': {
      const event = context.events.includes('order_completed') ? 'order_completed' : (context.events[0] ?? 'order_completed');
      return { event, atLeast: 1, withinDays: 30 };
    }
    case 'segment':
      return { segment: context.segments[0]?.id ?? '' };
    case 'rfm':
      return { rfm: { bins: 5, method: 'quintile', cells: ['5[45].'] } };
    case 'group':
      return { any: [newCondition('trait', context)] };
  }
}
