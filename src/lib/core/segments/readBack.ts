import { comparisonsOf, type ComparisonOperator } from './comparison';
import type { EventRule, Rule } from './rule';
import { childPath } from './ruleCheck';
import { windowOf, type EventWindow } from './window';

/**
 * A rule as the parts of sentences; the words are the screen's. Each line is one condition or one opening of a group,
 * indented by `depth`; `negated` conditions hold for those who do not fit.
 */
export type ReadBackLine = { path: string; depth: number; negated: boolean } & (
  | { kind: 'all' | 'any'; conditions: number }
  | { kind: 'trait'; trait: string; operator: ComparisonOperator | null; operands: (string | number | boolean)[] }
  | { kind: 'event'; event: string; times: Times; window: EventWindow & { days: number | null }; where: NonNullable<EventRule['where']> }
  | { kind: 'segment'; segment: string }
  | { kind: 'rfm'; bins: number; method: string; cells: string[] }
);

/** How often: `once-or-more` and `never` are said differently from numbers. */
export type Times =
  | { kind: 'once-or-more' | 'never' | 'any' }
  | { kind: 'atLeast' | 'atMost' | 'exactly'; times: number }
  | { kind: 'between'; low: number; high: number };

/** The lines of a rule from top to bottom. Two `not`s cancel each other, and a `not` joins the line it negates. */
export function readBack(rule: Rule, asOf: string): ReadBackLine[] {
  return lines(rule, '', 0, false);

  function lines(node: Rule, path: string, depth: number, negated: boolean): ReadBackLine[] {
    if ('not' in node) return lines(node.not, childPath(path, 'not'), depth, !negated);
    const at = { path, depth, negated };
    if ('all' in node || 'any' in node) {
      const kind = 'all' in node ? 'all' : 'any';
      const children = 'all' in node ? node.all : node.any;
      return [
        { ...at, kind, conditions: children.length },
        ...children.flatMap((child, i) => lines(child, childPath(path, kind, i), depth + 1, false)),
      ];
    }
    if ('segment' in node) return [{ ...at, kind: 'segment', segment: node.segment }];
    if ('rfm' in node) return [{ ...at, kind: 'rfm', ...node.rfm }];
    if ('event' in node) {
      const window = { ...windowOf(node, asOf), days: node.withinDays ?? null };
      return [{ ...at, kind: 'event', event: node.event, times: timesOf(node), window, where: node.where ?? [] }];
    }
    const comparison = comparisonsOf(node).at(0);
    const operands = comparison === undefined ? [] : ([comparison.operand].flat() as (string | number | boolean)[]);
    return [{ ...at, kind: 'trait', trait: node.trait, operator: comparison?.operator ?? null, operands }];
  }
}

/** What the counts of an event condition mean: without any, at least once; without a lower one, also never. */
export function timesOf({ atLeast, atMost }: Pick<EventRule, 'atLeast' | 'atMost'>): Times {
  const low = atLeast ?? (atMost === undefined ? 1 : 0);
  if (atMost === undefined) {
    if (low === 0) return { kind: 'any' };
    return low === 1 ? { kind: 'once-or-more' } : { kind: 'atLeast', times: low };
  }
  if (atMost === 0) return { kind: 'never' };
  if (low === 0) return { kind: 'atMost', times: atMost };
  return low === atMost ? { kind: 'exactly', times: low } : { kind: 'between', low, high: atMost };
}
