import type { LeafRule, Rule } from './rule';

/** Where a node stands: `""` is the root, `all.0` its first child, `all.0.not` what that child negates. */
export interface RulePlace {
  path: string;
  steps: readonly (string | number)[];
  depth: number;
  /** The place of the node around it. */
  parent?: RulePlace;
}

/** Deeper trees are a mistake of whatever wrote them, and would exhaust the stack. */
export const deepestRule = 64;

/**
 * Every node of a rule from top to bottom, a group before what is in it. `visit` may return false to leave out what is
 * inside. What is no rule at all is visited like a condition, so that checks can look at what hands wrote.
 */
export function visitRule(rule: Rule, visit: (node: Rule, place: RulePlace) => boolean | void): void {
  const waiting: [Rule, RulePlace][] = [[rule, { path: '', steps: [], depth: 0 }]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, place] = next;
    if (visit(node, place) === false) continue;
    const group = groupOf(node);
    if (group === undefined) continue;
    const children = partsOf(node, group).map((child, i): [Rule, RulePlace] => [
      child,
      inside(place, group === 'not' ? ['not'] : [group, i]),
    ]);
    waiting.push(...children.reverse());
  }
}

/** The rule with every condition replaced by what `change` makes of it. Parts that did not change stay the same objects. */
export function mapRule(rule: Rule, change: (leaf: LeafRule) => Rule, depth = 0): Rule {
  const group = groupOf(rule);
  if (group === undefined) return change(rule as LeafRule);
  if (depth >= deepestRule) return rule;
  const parts = partsOf(rule, group);
  const changed = parts.map((part) => mapRule(part, change, depth + 1));
  if (changed.every((part, i) => part === parts[i])) return rule;
  return { ...rule, [group]: group === 'not' ? changed[0] : changed } as Rule;
}

/** The key of a group that is written as one; a condition has none. */
export function groupOf(node: Rule): 'all' | 'any' | 'not' | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const [group, another] = (['all', 'any', 'not'] as const).filter((key) => key in node);
  if (group === undefined || another !== undefined) return undefined;
  return group === 'not' || Array.isArray((node as unknown as Record<string, unknown>)[group]) ? group : undefined;
}

function partsOf(node: Rule, group: 'all' | 'any' | 'not'): Rule[] {
  const parts = (node as unknown as Record<string, Rule | Rule[]>)[group];
  return Array.isArray(parts) ? parts : [parts];
}

function inside(parent: RulePlace, steps: (string | number)[]): RulePlace {
  const all = [...parent.steps, ...steps];
  return { path: all.join('.'), steps: all, depth: parent.depth + 1, parent };
}
