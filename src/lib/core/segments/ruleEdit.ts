import type { AllRule, AnyRule, Rule } from './rule';

/**
 * Edits of a rule tree, each giving a new tree. A path names a node as the counts do: `""` is the root, `all.0` its
 * first child, `all.0.not` what that child negates.
 */
export type RulePath = string;

/** A group is where conditions can be added: the root is always shown as one. */
export type GroupRule = AllRule | AnyRule;

export function isGroup(rule: Rule): rule is GroupRule {
  return 'all' in rule || 'any' in rule;
}

export function childrenOf(group: GroupRule): Rule[] {
  return 'all' in group ? group.all : group.any;
}

export function groupKind(group: GroupRule): 'all' | 'any' {
  return 'all' in group ? 'all' : 'any';
}

/** A rule as a group: a single condition becomes a group of one. */
export function asGroup(rule: Rule): GroupRule {
  return isGroup(rule) ? rule : { all: [rule] };
}

/** The path of a node inside another. */
export function joinPath(...steps: (string | number)[]): RulePath {
  return steps.filter((step) => step !== '').join('.');
}

/** The node at a path, or undefined where the tree has none. */
export function ruleAt(root: Rule, path: RulePath): Rule | undefined {
  let node: unknown = root;
  for (const step of stepsOf(path)) node = (node as Record<string, unknown> | undefined)?.[step];
  return node as Rule | undefined;
}

/** The tree with another node at the path; `undefined` removes it from its group. */
export function replaceAt(root: Rule, path: RulePath, rule: Rule | undefined): Rule {
  return replace(root, stepsOf(path), rule) as Rule;
}

/** Puts a rule at the end of the group at the path. */
export function addTo(root: Rule, path: RulePath, rule: Rule): Rule {
  const group = ruleAt(root, path);
  if (!group || !isGroup(group)) throw new Error(`there is no group at "${path}"`);
  return replaceAt(root, path, withChildren(group, [...childrenOf(group), rule]));
}

/** Turns "all of" into "any of" and back. */
export function withKind(group: GroupRule, kind: 'all' | 'any'): GroupRule {
  return kind === 'all' ? { all: childrenOf(group) } : { any: childrenOf(group) };
}

export function withChildren(group: GroupRule, children: Rule[]): GroupRule {
  return 'all' in group ? { all: children } : { any: children };
}

/** Moves a child of a group up (-1) or down (1); at an end it stays. */
export function moveChild(group: GroupRule, index: number, by: number): GroupRule {
  const children = [...childrenOf(group)];
  const target = index + by;
  if (target < 0 || target >= children.length) return group;
  [children[index], children[target]] = [children[target], children[index]];
  return withChildren(group, children);
}

/**
 * A rule with its "not"s taken off: what a row shows beside its is / is not switch. `nots` is how many there were; two
 * cancel each other.
 */
export function bare(rule: Rule): { rule: Rule; negated: boolean; nots: number } {
  let [inner, nots] = [rule, 0];
  for (; 'not' in inner; nots++) inner = inner.not;
  return { rule: inner, negated: nots % 2 === 1, nots };
}

export function negate(rule: Rule, negated: boolean): Rule {
  const { rule: inner } = bare(rule);
  return negated ? { not: inner } : inner;
}

function replace(node: unknown, steps: string[], rule: Rule | undefined): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return rule;
  if (Array.isArray(node)) {
    const changed = replace(node[Number(step)], rest, rule);
    return node.flatMap((child, i) => (i === Number(step) ? (changed === undefined ? [] : [changed]) : [child]));
  }
  const changed = replace((node as Record<string, unknown>)[step], rest, rule);
  // A "not" around nothing is nothing.
  return changed === undefined ? undefined : { ...(node as object), [step]: changed };
}

function stepsOf(path: RulePath): string[] {
  return path === '' ? [] : path.split('.');
}
