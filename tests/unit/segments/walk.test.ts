import { describe, expect, it } from 'vitest';
import { namesIn, renamed } from '$lib/core/segments/names';
import type { Rule } from '$lib/core/segments/rule';
import { mapRule, visitRule } from '$lib/core/segments/walk';

const winBack: Rule = {
  all: [{ trait: 'orders', atLeast: 1 }, { not: { any: [{ segment: 'champions' }, { event: 'order_refunded' }] } }, { any: [] }],
};

describe('walking over a rule', () => {
  it('visits every node from top to bottom, with its place', () => {
    const places: string[] = [];
    visitRule(winBack, (_, { path, depth }) => void places.push(`${depth} ${path}`));
    expect(places).toEqual(['0 ', '1 all.0', '1 all.1', '2 all.1.not', '3 all.1.not.any.0', '3 all.1.not.any.1', '1 all.2']);
  });

  it('leaves out what is inside where it is told to, and does not stumble over what is no rule', () => {
    const seen: unknown[] = [];
    const broken = { all: [null, { any: 'x' }, { all: [], any: [] }, { not: { trait: 'orders' } }] } as unknown as Rule;
    visitRule(broken, (node) => (seen.push(node), !(node && 'not' in node)));
    expect(seen).toEqual([broken, null, { any: 'x' }, { all: [], any: [] }, { not: { trait: 'orders' } }]);
  });

  it('replaces conditions and leaves the rest the same object', () => {
    const changed = mapRule(winBack, (leaf) => ('trait' in leaf ? { ...leaf, trait: 'views' } : leaf));
    expect(changed).toEqual({ ...winBack, all: [{ trait: 'views', atLeast: 1 }, ...(winBack as { all: Rule[] }).all.slice(1)] });
    expect((changed as { all: Rule[] }).all[1]).toBe((winBack as { all: Rule[] }).all[1]);
    expect(mapRule(winBack, (leaf) => leaf)).toBe(winBack);
  });

  it('survives a tree that something built without end', () => {
    let rule: Rule = { trait: 'orders', is: 1 };
    for (let depth = 0; depth < 5000; depth++) rule = { not: rule };
    let nodes = 0;
    visitRule(rule, () => void nodes++);
    expect(nodes).toBe(5001);
    expect(mapRule(rule, (leaf) => leaf)).toBe(rule);
  });

  it('names what a rule refers to, and follows it to another name', () => {
    expect(namesIn(winBack, 'segment')).toEqual(['champions']);
    expect(namesIn(winBack, 'trait')).toEqual(['orders']);
    expect(namesIn(winBack, 'event')).toEqual(['order_refunded']);
    const now = renamed(winBack, { kind: 'segment', id: 'champions' }, 'best');
    expect(namesIn(now, 'segment')).toEqual(['best']);
    // A trait of the same name is another thing.
    expect(renamed(winBack, { kind: 'trait', id: 'champions' }, 'best')).toBe(winBack);
  });
});
