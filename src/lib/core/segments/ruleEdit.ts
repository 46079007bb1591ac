import type { AllRule, AnyRule, Rule } from './rule';
import { visitRule } from './walk';

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

/** A tree after an edit, and where the thing that was edited stands now. */
export interface Edited {
  rule: Rule;
  path: RulePath;
}

/** Where a row stands: the group around it (inside its own "not"s) and its place there. The root is in no group. */
export function placeOf(path: RulePath): { group: RulePath; index: number } | undefined {
  const steps = stepsOf(path);
  const index = Number(steps.at(-1));
  return steps.length >= 2 && Number.isInteger(index) ? { group: joinPath(...steps.slice(0, -2)), index } : undefined;
}

/** Takes a row out of its group; a group that is left empty goes, too, but for the root. */
export function removeAt(root: Rule, path: RulePath): Rule {
  let [without, at] = [replaceAt(root, path, undefined) ?? { all: [] }, placeOf(path)?.group];
  while (at) {
    const group = ruleAt(without, at);
    if (!group || !isGroup(group) || childrenOf(group).length > 0) return without;
    const row = rowOf(at);
    without = replaceAt(without, row, undefined) ?? { all: [] };
    at = placeOf(row)?.group;
  }
  return without;
}

/** Puts a rule into the group at the path, before the child at the index; without an index, at its end. */
export function insertAt(root: Rule, groupPath: RulePath, rule: Rule, index = Infinity): Edited {
  const group = ruleAt(root, groupPath);
  if (!group || !isGroup(group)) throw new Error(`there is no group at "${groupPath}"`);
  const at = Math.min(index, childrenOf(group).length);
  const changed = replaceAt(root, groupPath, withChildren(group, childrenOf(group).toSpliced(at, 0, rule)));
  return { rule: changed, path: joinPath(groupPath, groupKind(group), at) };
}

/**
 * Moves a row into a group, before the child that stands at the index now. The group that it leaves empty goes.
 * Nothing changes where a group would be put into itself.
 */
export function moveTo(root: Rule, from: RulePath, groupPath: RulePath, index = Infinity): Edited {
  const node = ruleAt(root, from);
  if (!node || !placeOf(from) || groupPath === from || groupPath.startsWith(`${from}.`)) return { rule: root, path: from };
  // A new object, so that it is found again however the places around it shift.
  const moved = { ...node };
  const hole: Rule = { all: [] };
  const { rule: with_ } = insertAt(replaceAt(root, from, hole), groupPath, moved, index);
  const rule = removeAt(with_, pathOfNode(with_, hole)!);
  return { rule, path: pathOfNode(rule, moved)! };
}

/** Moves a row up (-1) or down (1) among those beside it; at an end it stays. */
export function moveBy(root: Rule, path: RulePath, by: 1 | -1): Edited {
  const place = placeOf(path);
  const group = place && ruleAt(root, place.group);
  if (!group || !isGroup(group)) return { rule: root, path };
  const target = place.index + by;
  if (target < 0 || target >= childrenOf(group).length) return { rule: root, path };
  return moveTo(root, path, place.group, by === 1 ? target + 1 : target);
}

/** Moves a row into the group above it, or into a new one with the condition above it. The first row stays. */
export function moveInto(root: Rule, path: RulePath): Edited {
  const place = placeOf(path);
  if (!place || place.index === 0) return { rule: root, path };
  const kind = stepsOf(path).at(-2) as 'all' | 'any';
  const above = joinPath(place.group, kind, place.index - 1);
  const { rule: inner, nots } = bare(ruleAt(root, above)!);
  if (isGroup(inner)) return moveTo(root, path, joinPath(above, ...Array<string>(nots).fill('not')));
  const inGroup = groupRows(root, [above, path]);
  return { ...inGroup, path: joinPath(inGroup.path, kind, 1) };
}

/** Moves a row out of its group, to the place after it. A row of the root stays. */
export function moveOut(root: Rule, path: RulePath): Edited {
  const place = placeOf(path);
  const outer = place && placeOf(rowOf(place.group));
  return outer ? moveTo(root, path, outer.group, outer.index + 1) : { rule: root, path };
}

/**
 * Puts rows into a new group, which stands where the first of them stood and joins as the group there does: so whoever
 * fits the rule still does, until the person turns the new group. Rows that lie inside others of them go along.
 */
export function groupRows(root: Rule, paths: readonly RulePath[]): Edited {
  const inOrder = pathsOf(root).filter((path) => paths.includes(path) && placeOf(path));
  const outermost = inOrder.filter((path) => !inOrder.some((other) => path.startsWith(`${other}.`)));
  const [first, ...others] = outermost;
  if (first === undefined) return { rule: root, path: paths[0] ?? '' };
  const kind = stepsOf(first).at(-2) as 'all' | 'any';
  const rows = outermost.map((path) => ruleAt(root, path)!);
  const group = { [kind]: rows } as unknown as GroupRule;
  // The places are marked first, since taking one row out shifts the paths of the others.
  const holes = others.map((): Rule => ({ all: [] }));
  let rule = holes.reduce<Rule>((tree, hole, i) => replaceAt(tree, others[i], hole), replaceAt(root, first, group));
  for (const hole of holes) rule = removeAt(rule, pathOfNode(rule, hole)!);
  return { rule, path: pathOfNode(rule, group)! };
}

/** Puts the same once more below a row. */
export function duplicateAt(root: Rule, path: RulePath): Edited {
  const place = placeOf(path);
  return place ? insertAt(root, place.group, structuredClone(ruleAt(root, path)!), place.index + 1) : { rule: root, path };
}

/** Whom the root leaves out in a block of its own: `{ all: [..., { not: { any: [...] } }] }`, the last of its rows. */
export function exclusionsOf(root: GroupRule): { index: number; path: RulePath; group: AnyRule } | undefined {
  if (!('all' in root)) return undefined;
  const last = root.all.at(-1);
  if (!last || !('not' in last) || !('any' in last.not)) return undefined;
  const index = root.all.length - 1;
  return { index, path: joinPath('all', index, 'not'), group: last.not };
}

/** Leaves those out, too, for whom the condition holds. */
export function exclude(root: GroupRule, condition: Rule): Edited {
  const held = exclusionsOf(root);
  if (held) return insertAt(root, held.path, condition);
  const all = 'all' in root ? root.all : [root];
  return { rule: { all: [...all, { not: { any: [condition] } }] }, path: joinPath('all', all.length, 'not', 'any', 0) };
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

/** The row that holds a node: the path without the "not"s at its end. */
function rowOf(path: RulePath): RulePath {
  const steps = stepsOf(path);
  while (steps.at(-1) === 'not') steps.pop();
  return joinPath(...steps);
}

/** Paths of all nodes, from top to bottom. */
function pathsOf(root: Rule): RulePath[] {
  const paths: RulePath[] = [];
  visitRule(root, (_, { path }) => void paths.push(path));
  return paths;
}

function pathOfNode(root: Rule, wanted: Rule): RulePath | undefined {
  let found: RulePath | undefined;
  visitRule(root, (node, { path }) => {
    if (node === wanted) found = path;
    return found === undefined;
  });
  return found;
}
