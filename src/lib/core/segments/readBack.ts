import { kindOf } from './conditions/kindOf';
import type { MeaningSetting } from './condition';
import { phrase, gap, type Phrase } from './phrase';
import type { Rule } from './rule';
import { groupOf, visitRule } from './walk';

/**
 * A line of a rule that is read out: one condition or one opening of a group, indented by `depth`; `negated` lines
 * hold for those who do not fit.
 */
export interface ReadBackLine {
  path: string;
  depth: number;
  negated: boolean;
  phrase: Phrase;
}

/** The lines of a rule from top to bottom. Two `not`s cancel each other, and a `not` joins the line it negates. */
export function readBack(rule: Rule, setting: MeaningSetting): ReadBackLine[] {
  const lines: ReadBackLine[] = [];
  /** By the path of a node: how deep its line stands, and whether an odd number of `not`s lies right around it. */
  const around = new Map<string, { depth: number; negated: boolean }>();
  visitRule(rule, (node, { path, parent }) => {
    const outer = parent && around.get(parent.path);
    const at = outer ?? { depth: 0, negated: false };
    const group = groupOf(node);
    if (group === 'not') {
      around.set(path, { ...at, negated: !at.negated });
      return;
    }
    lines.push({
      path,
      ...at,
      phrase: group ? groupPhrase(group, node) : (kindOf(node)?.readBack(node, setting) ?? phrase('segments_say_incomplete')),
    });
    around.set(path, { depth: at.depth + 1, negated: false });
  });
  return lines;
}

function groupPhrase(group: 'all' | 'any', node: Rule): Phrase {
  const { length } = (node as Record<typeof group, Rule[]>)[group];
  if (length === 0) return phrase(group === 'all' ? 'segments_say_everyone' : 'segments_say_no_one');
  return phrase(`segments_say_${group}`, { conditions: gap.number(length) });
}
