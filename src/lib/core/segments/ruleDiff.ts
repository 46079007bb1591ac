import { align, type Change } from '../base/align';
import { stableJson } from '../base/hash';
import type { MeaningSetting } from './condition';
import { kindOf } from './conditions/kindOf';
import type { Phrase } from './phrase';
import { readBack } from './readBack';
import type { Rule } from './rule';
import { bare, childrenOf, groupKind, isGroup } from './ruleEdit';

/** A condition, or the opening of a group, as a sentence; negated it holds for those who do not fit. */
export interface SaidRule {
  phrase: Phrase;
  negated: boolean;
}

/** A line of two rules put side by side, indented by `depth`: what it was, what it is, or both where it changed. */
export interface RuleDiffLine {
  depth: number;
  change: Change | 'changed';
  before?: SaidRule;
  after?: SaidRule;
}

/**
 * What became of a rule, condition by condition: what stands in both, in their order, stays; of the rest, conditions about
 * the same thing (one trait, one event, one segment) and groups in the same place changed, and the others were added or
 * taken away.
 */
export function diffRules(before: Rule, after: Rule, setting: MeaningSetting, depth = 0): RuleDiffLine[] {
  const [old, now] = [bare(before), bare(after)];
  if (isGroup(old.rule) && isGroup(now.rule)) {
    const same = groupKind(old.rule) === groupKind(now.rule) && old.negated === now.negated;
    const head: RuleDiffLine = {
      depth,
      change: same ? 'same' : 'changed',
      before: opening(before, setting),
      after: opening(after, setting),
    };
    return [head, ...diffParts(childrenOf(old.rule), childrenOf(now.rule), setting, depth + 1)];
  }
  if (sameRule(before, after)) return linesOf(after, 'same', setting, depth);
  if (areAlike(before, after)) return [{ depth, change: 'changed', before: opening(before, setting), after: opening(after, setting) }];
  return [...linesOf(before, 'removed', setting, depth), ...linesOf(after, 'added', setting, depth)];
}

function diffParts(old: readonly Rule[], now: readonly Rule[], setting: MeaningSetting, depth: number): RuleDiffLine[] {
  const lines: RuleDiffLine[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...align(old, now, sameRule), [old.length, now.length]]) {
    lines.push(...diffGap(old.slice(i, a), now.slice(j, b), setting, depth));
    if (a < old.length) lines.push(...linesOf(now[b], 'same', setting, depth));
    [i, j] = [a + 1, b + 1];
  }
  return lines;
}

/** What stands between two conditions that both have. */
function diffGap(old: readonly Rule[], now: readonly Rule[], setting: MeaningSetting, depth: number): RuleDiffLine[] {
  const lines: RuleDiffLine[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...align(old, now, areAlike), [old.length, now.length]]) {
    while (i < a) lines.push(...linesOf(old[i++], 'removed', setting, depth));
    while (j < b) lines.push(...linesOf(now[j++], 'added', setting, depth));
    if (a < old.length) lines.push(...diffRules(old[a], now[b], setting, depth));
    [i, j] = [a + 1, b + 1];
  }
  return lines;
}

function sameRule(a: Rule, b: Rule): boolean {
  return stableJson(a) === stableJson(b);
}

/** Whether one may have become the other: two groups, or conditions of one kind about the same thing. */
function areAlike(a: Rule, b: Rule): boolean {
  const [old, now] = [bare(a).rule, bare(b).rule];
  if (isGroup(old) || isGroup(now)) return isGroup(old) && isGroup(now);
  const [kind, other] = [kindOf(old as never), kindOf(now as never)];
  if (!kind || kind !== other) return false;
  const about = (rule: Rule) => kind.refersTo(rule as never).map(({ kind: of, id }) => `${of} ${id}`)[0];
  return about(old) === about(now);
}

function linesOf(rule: Rule, change: 'same' | 'added' | 'removed', setting: MeaningSetting, depth: number): RuleDiffLine[] {
  return readBack(rule, setting).map(({ phrase, negated, depth: inside }) => {
    const said = { phrase, negated };
    return {
      depth: depth + inside,
      change,
      ...(change !== 'added' && { before: said }),
      ...(change !== 'removed' && { after: said }),
    };
  });
}

function opening(rule: Rule, setting: MeaningSetting): SaidRule {
  const [{ phrase, negated }] = readBack(rule, setting);
  return { phrase, negated };
}
