import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { stableJson } from '$lib/core/base/hash';
import { isLeaf, type Rule } from '$lib/core/segments/rule';
import {
  asGroup,
  bare,
  childrenOf,
  duplicateAt,
  exclude,
  exclusionsOf,
  groupRows,
  isGroup,
  moveBy,
  moveInto,
  moveOut,
  moveTo,
  placeOf,
  removeAt,
  ruleAt,
  type Edited,
} from '$lib/core/segments/ruleEdit';
import { visitRule } from '$lib/core/segments/walk';
import { randomRule } from '../../support/naiveSegments';

const [a, b, c, d]: Rule[] = ['a', 'b', 'c', 'd'].map((event) => ({ event }));

describe('rearranging a rule', () => {
  it('moves a row among those beside it', () => {
    expect(moveBy({ all: [a, b, c] }, 'all.0', 1)).toEqual({ rule: { all: [b, a, c] }, path: 'all.1' });
    expect(moveBy({ all: [a, b, c] }, 'all.2', -1)).toEqual({ rule: { all: [a, c, b] }, path: 'all.1' });
    expect(moveBy({ all: [a, b] }, 'all.1', 1)).toEqual({ rule: { all: [a, b] }, path: 'all.1' });
  });

  it('puts a row into a group with the row above, or into the group above', () => {
    expect(moveInto({ all: [a, b, c] }, 'all.1')).toEqual({ rule: { all: [{ all: [a, b] }, c] }, path: 'all.0.all.1' });
    expect(moveInto({ all: [{ not: { any: [a] } }, b] }, 'all.1')).toEqual({
      rule: { all: [{ not: { any: [a, b] } }] },
      path: 'all.0.not.any.1',
    });
    expect(moveInto({ all: [a, b] }, 'all.0').rule).toEqual({ all: [a, b] });
  });

  it('takes a row out of its group, and the group with it where it was the last', () => {
    expect(moveOut({ all: [{ any: [a, b] }, c] }, 'all.0.any.0')).toEqual({ rule: { all: [{ any: [b] }, a, c] }, path: 'all.1' });
    expect(moveOut({ all: [{ not: { any: [a] } }, c] }, 'all.0.not.any.0')).toEqual({ rule: { all: [a, c] }, path: 'all.0' });
    expect(moveOut({ all: [a] }, 'all.0').rule).toEqual({ all: [a] });
  });

  it('puts no group into itself', () => {
    const rule: Rule = { all: [{ any: [a, { all: [b] }] }] };
    expect(moveTo(rule, 'all.0', 'all.0.any.1').rule).toBe(rule);
  });

  it('groups rows from anywhere where the first of them stands', () => {
    expect(groupRows({ all: [a, b, { any: [c, d] }] }, ['all.2.any.0', 'all.0'])).toEqual({
      rule: { all: [{ all: [a, c] }, b, { any: [d] }] },
      path: 'all.0',
    });
    expect(groupRows({ any: [{ all: [a] }, b] }, ['any.0', 'any.0.all.0', 'any.1'])).toEqual({
      rule: { any: [{ any: [{ all: [a] }, b] }] },
      path: 'any.0',
    });
  });

  it('knows the block of those who are left out, and makes it', () => {
    const rule = { all: [a, { not: { any: [b] } }] };
    expect(exclusionsOf(rule)).toMatchObject({ index: 1, path: 'all.1.not' });
    expect(exclusionsOf({ all: [{ not: { any: [b] } }, a] })).toBeUndefined();
    expect(exclude(rule, c)).toEqual({ rule: { all: [a, { not: { any: [b, c] } }] }, path: 'all.1.not.any.1' });
    expect(exclude({ any: [a] }, c)).toEqual({ rule: { all: [{ any: [a] }, { not: { any: [c] } }] }, path: 'all.1.not.any.0' });
    expect(removeAt(rule, 'all.1.not.any.0')).toEqual({ all: [a] });
  });
});

describe('any rearrangement of any rule', () => {
  const leaves = (rule: Rule) => {
    const found: string[] = [];
    visitRule(rule, (node) => void (isLeaf(node) && found.push(stableJson(node))));
    return found.sort();
  };
  const rowsOf = (rule: Rule) => {
    const found: string[] = [];
    visitRule(rule, (_, { path }) => void (placeOf(path) && found.push(path)));
    return found;
  };
  const groupsOf = (rule: Rule) => {
    const found: string[] = [];
    visitRule(rule, (node, { path }) => void (isGroup(node) && found.push(path)));
    return found;
  };
  const emptyGroups = (rule: Rule) =>
    groupsOf(rule).filter((path) => path !== '' && childrenOf(ruleAt(rule, path) as never).length === 0).length;

  it('keeps every condition, stays where it says it is, and leaves no new group empty', () => {
    const random = new Random(21);
    let moved = 0;
    for (let round = 0; round < 600; round++) {
      const rule = asGroup(randomRule(random, 4));
      const rows = rowsOf(rule);
      if (rows.length === 0) continue;
      const one = <T>(values: readonly T[]) => values[random.below(values.length)];
      const path = one(rows);
      const [into, several] = [one(groupsOf(rule)), [one(rows), one(rows), path]];
      const edits: [string, () => Edited, 'same' | 'grouped'][] = [
        ['up', () => moveBy(rule, path, -1), 'same'],
        ['down', () => moveBy(rule, path, 1), 'same'],
        ['in', () => moveInto(rule, path), 'same'],
        ['out', () => moveOut(rule, path), 'same'],
        ['to', () => moveTo(rule, path, into, random.below(4)), 'same'],
        ['group', () => groupRows(rule, several), 'grouped'],
      ];
      const before = structuredClone(rule);
      for (const [what, edit, kind] of edits) {
        const said = `${what} ${path} ${into} ${JSON.stringify(rule)}`;
        const edited = edit();
        expect(leaves(edited.rule), said).toEqual(leaves(rule));
        expect(rule, said).toEqual(before);
        if (kind === 'same') expect(ruleAt(edited.rule, edited.path), said).toEqual(ruleAt(rule, path));
        else expect(isGroup(bare(ruleAt(edited.rule, edited.path)!).rule), said).toBe(true);
        expect(emptyGroups(edited.rule), said).toBeLessThanOrEqual(emptyGroups(rule));
        if (edited.rule !== rule) moved++;
      }
      expect(leaves(duplicateAt(rule, path).rule)).toEqual([...leaves(rule), ...leaves(ruleAt(rule, path)!)].sort());
      expect([...leaves(removeAt(rule, path)), ...leaves(ruleAt(rule, path)!)].sort()).toEqual(leaves(rule));
    }
    expect(moved).toBeGreaterThan(500);
  });
});
