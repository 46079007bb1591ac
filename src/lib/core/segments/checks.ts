import type { Bitset } from '../base/bitset';
import type { RuleEvaluation } from './evaluate';
import { childrenOf, groupKind, isGroup } from './ruleEdit';
import type { Rule } from './rule';
import { visitRule } from './walk';

/** Something about a segment that its maker may not have meant. */
export type Finding =
  /** Nobody is in it; `emptied` is the condition after which nobody is left, where it is one of an "all of". */
  | { is: 'empty'; emptied?: string }
  | { is: 'everyone' }
  /** Two conditions of one "all of", each with people, and none in common. */
  | { is: 'excluding'; paths: [string, string] }
  /**
   * A condition that makes no difference: its "all of" is the same without it (it removes nobody), its "any of" too (it
   * adds nobody). `because`: whoever fits that one fits (or, in "any of", is already there by) it; without, the others
   * together, or everyone.
   */
  | { is: 'idle'; path: string; group: 'all' | 'any'; because?: string }
  /** The same people as another segment. */
  | { is: 'same'; segment: string };

type Evaluated = Pick<RuleEvaluation, 'sets' | 'everyone' | 'members'>;

/**
 * What is odd about a segment, by its sets alone: no query.
 * @param others the plan's other segments
 */
export function checkSegment(rule: Rule, evaluation: Evaluated, others: readonly { id: string; members: Bitset }[] = []): Finding[] {
  const { members, everyone, sets } = evaluation;
  const found: Finding[] = [];
  const count = members.count;
  if (everyone.count === 0) return [];
  if (count === 0) {
    const emptied = emptiedBy(rule, sets, everyone);
    found.push(emptied === undefined ? { is: 'empty' } : { is: 'empty', emptied });
  } else if (count === everyone.count) found.push({ is: 'everyone' });
  visitRule(rule, (node, { path }) => {
    if (isGroup(node)) found.push(...checkGroup(node, path, evaluation));
  });
  if (count > 0 && count < everyone.count)
    for (const other of others) if (same(members, other.members)) found.push({ is: 'same', segment: other.id });
  return found;
}

/** The condition of the outermost "all of" after which nobody is left. */
function emptiedBy(rule: Rule, sets: Evaluated['sets'], everyone: Bitset): string | undefined {
  if (!('all' in rule)) return undefined;
  let left = everyone;
  for (let i = 0; i < rule.all.length; i++) {
    left = left.and(sets.get(`all.${i}`)!);
    if (isEmpty(left)) return `all.${i}`;
  }
  return undefined;
}

function checkGroup(group: Rule, at: string, { sets, everyone }: Evaluated): Finding[] {
  if (!isGroup(group) || childrenOf(group).length < 2) return [];
  const kind = groupKind(group);
  const parts = childrenOf(group).map((_, i) => {
    const path = at === '' ? `${kind}.${i}` : `${at}.${kind}.${i}`;
    return { path, set: sets.get(path)! };
  });
  const found: Finding[] = [];
  if (kind === 'all')
    for (const [i, a] of parts.entries())
      for (const b of parts.slice(i + 1))
        if (!isEmpty(a.set) && !isEmpty(b.set) && isEmpty(a.set.and(b.set))) found.push({ is: 'excluding', paths: [a.path, b.path] });
  // Where nobody is left at all, every condition but one "removes nobody": that says nothing.
  const whole = parts
    .map(({ set }) => set)
    .reduce((a, b) => (kind === 'all' ? a.and(b) : a.or(b)), kind === 'all' ? everyone : none(everyone));
  if (isEmpty(whole)) return found;
  const idle = new Set<string>();
  for (const [i, { path, set }] of parts.entries()) {
    // Of two that say the same, only one is too many.
    const rest = parts.filter((other, j) => j !== i && !idle.has(other.path));
    const within = (a: Bitset, b: Bitset) => isEmpty(kind === 'all' ? a.andNot(b) : b.andNot(a));
    const because = rest.find((other) => within(other.set, set) && !(kind === 'any' && isEmpty(other.set)))?.path;
    const others = rest
      .map((other) => other.set)
      .reduce((a, b) => (kind === 'all' ? a.and(b) : a.or(b)), kind === 'all' ? everyone : none(everyone));
    if (rest.length === 0 || !within(others, set)) continue;
    idle.add(path);
    found.push({ is: 'idle', path, group: kind, ...(because !== undefined && !same(set, everyone) && { because }) });
  }
  return found;
}

function none(set: Bitset): Bitset {
  return set.andNot(set);
}

function isEmpty(set: Bitset): boolean {
  return set.words.every((word) => word === 0);
}

export function same(a: Bitset, b: Bitset): boolean {
  return a.size === b.size && a.words.every((word, i) => word === b.words[i]);
}
