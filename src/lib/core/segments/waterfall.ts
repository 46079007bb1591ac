import type { Bitset } from '../base/bitset';
import type { RuleEvaluation } from './evaluate';
import { childrenOf, groupKind, isGroup } from './ruleEdit';
import type { Rule } from './rule';

/** What one condition of a group does to the people who are there before it. */
export interface WaterfallStep {
  path: string;
  /** How many are left after it and those before it ("any of": how many there are with it and those before). */
  left: number;
  /** How many it removes here ("any of": adds here). */
  here: number;
  /** How many it would remove if it stood alone ("any of": would add alone). */
  alone: number;
  /** How many more there would be without it ("any of": fewer). */
  without: number;
}

type Evaluated = Pick<RuleEvaluation, 'sets' | 'everyone'>;

/** The steps from everyone to the members of a rule's outermost group; none where it is a single condition or a "not". */
export function waterfallOf(rule: Rule, { sets, everyone }: Evaluated): WaterfallStep[] {
  const parts = partsOf(rule, sets);
  if (!parts) return [];
  const isAll = isGroup(rule) && groupKind(rule) === 'all';
  const none = everyone.andNot(everyone);
  const joined = (a: Bitset, b: Bitset) => (isAll ? a.and(b) : a.or(b));
  const before = running(parts, isAll ? everyone : none, joined);
  const after = running(parts.toReversed(), isAll ? everyone : none, joined).reverse();
  const members = before.at(-1)!.count;
  return parts.map((part, i) => {
    const left = before[i + 1].count;
    const others = joined(before[i], after[i + 1]).count;
    return {
      path: `${isAll ? 'all' : 'any'}.${i}`,
      left,
      here: Math.abs(before[i].count - left),
      alone: isAll ? everyone.count - part.count : part.count,
      without: Math.abs(others - members),
    };
  });
}

/**
 * Whom a condition of an "all of" takes away: of those whom the conditions before it in its group left (`here`, the
 * figure of the waterfall), or of those whom all others would leave (`only`: whom this one alone keeps out).
 */
export function removedBy(path: string, of: 'here' | 'only', { sets, everyone }: Evaluated): Bitset {
  const steps = path.split('.');
  const place = Number(steps.pop());
  if (steps.pop() !== 'all' || !Number.isInteger(place)) throw new Error(`"${path}" is no condition of an "all of"`);
  const group = steps.join('.');
  let left = everyone;
  for (let i = 0; ; i++) {
    const part = sets.get(group === '' ? `all.${i}` : `${group}.all.${i}`);
    if (!part) break;
    if (i === place) {
      if (of === 'here') break;
    } else left = left.and(part);
  }
  return left.andNot(sets.get(path)!);
}

function partsOf(rule: Rule, sets: Evaluated['sets']): Bitset[] | undefined {
  if (!isGroup(rule) || childrenOf(rule).length === 0) return undefined;
  return childrenOf(rule).map((_, i) => sets.get(`${groupKind(rule)}.${i}`)!);
}

/** What is joined up to each part: one more than there are parts, the start first. */
function running(parts: readonly Bitset[], start: Bitset, joined: (a: Bitset, b: Bitset) => Bitset): Bitset[] {
  const found = [start];
  for (const part of parts) found.push(joined(found.at(-1)!, part));
  return found;
}
