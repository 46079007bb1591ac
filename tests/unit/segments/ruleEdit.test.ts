import { describe, expect, it } from 'vitest';
import type { Rule } from '$lib/core/segments/rule';
import { addTo, asGroup, bare, negate, replaceAt, ruleAt, withKind } from '$lib/core/segments/ruleEdit';

const teaLovers: Rule = { trait: 'favoriteCategory', is: 'Tea' };
const recent: Rule = { trait: 'daysSinceLastOrder', atMost: 30 };
const refunded: Rule = { event: 'order_refunded', atLeast: 1 };
const winBack: Rule = { all: [teaLovers, { not: { any: [recent, refunded] } }] };

describe('editing a rule', () => {
  it('finds a condition by the path that the counts use', () => {
    expect(ruleAt(winBack, 'all.0')).toEqual(teaLovers);
    expect(ruleAt(winBack, 'all.1.not.any.1')).toEqual(refunded);
    expect(ruleAt(winBack, 'all.7')).toBeUndefined();
  });

  it('replaces one condition and leaves the old tree as it was', () => {
    const before = structuredClone(winBack);
    const changed = replaceAt(winBack, 'all.1.not.any.0', { trait: 'daysSinceLastOrder', atMost: 60 });
    expect(ruleAt(changed, 'all.1.not.any.0')).toEqual({ trait: 'daysSinceLastOrder', atMost: 60 });
    expect(winBack).toEqual(before);
    expect(ruleAt(changed, 'all.0')).toBe(teaLovers);
  });

  it('removes a condition, and a "not" whose content went', () => {
    expect(replaceAt(winBack, 'all.0', undefined)).toEqual({ all: [{ not: { any: [recent, refunded] } }] });
    expect(replaceAt({ all: [{ not: recent }, refunded] }, 'all.0.not', undefined)).toEqual({ all: [refunded] });
  });

  it('adds to the innermost group', () => {
    expect(ruleAt(addTo(winBack, 'all.1.not', teaLovers), 'all.1.not.any.2')).toEqual(teaLovers);
    expect(() => addTo(winBack, 'all.0', recent)).toThrow('no group');
  });

  it('negates and turns groups', () => {
    expect(withKind(asGroup(winBack), 'any')).toHaveProperty('any');
    expect(negate(recent, true)).toEqual({ not: recent });
    expect(negate({ not: recent }, true)).toEqual({ not: recent });
    expect(bare({ not: recent })).toEqual({ rule: recent, negated: true, nots: 1 });
    expect(bare({ not: { not: recent } })).toEqual({ rule: recent, negated: false, nots: 2 });
    expect(asGroup(recent)).toEqual({ all: [recent] });
  });
});
