import { describe, expect, it } from 'vitest';
import type { UserError } from '$lib/core/base/errors';
import { Random } from '$lib/core/base/random';
import type { Rule } from '$lib/core/segments/rule';
import { readRule, writeRule } from '$lib/core/segments/ruleText';
import en from '../../../messages/en/errors-segments.json';
import zh from '../../../messages/zh/errors-segments.json';
import { randomRule } from '../../support/naiveSegments';

describe('the text of a rule', () => {
  it('can be written by hand', () => {
    expect(
      readRule('all:\n  - { trait: orders, atLeast: 2 }\n  - not: { sequence: { first: product_added, next: order_completed } }\n'),
    ).toEqual({
      all: [
        { trait: 'orders', atLeast: 2 },
        { not: { sequence: { first: { events: 'product_added' }, next: { events: 'order_completed' } } } },
      ],
    });
    expect(readRule('{"rfm": {"cells": ["5.."]}}')).toEqual({ rfm: { bins: 5, method: 'quintile', cells: ['5..'] } });
  });

  it('gives back any rule exactly, also one that holds a part twice', () => {
    const random = new Random(31);
    for (let round = 0; round < 400; round++) {
      const rule = randomRule(random, 4);
      const twice: Rule = { any: [rule, rule] };
      for (const each of [rule, twice]) expect(readRule(writeRule(each)), writeRule(each)).toEqual(each);
    }
    const odd: Rule = { trait: 'country', oneOf: ['no', '007', '1e3', '~', ' CN', 'a: b', '#x', '换\n行', ''] };
    expect(readRule(writeRule(odd))).toEqual(odd);
  });

  it.each([
    ['a broken line', 'all:\n  - { trait: orders\n  - x', 'rule_not_readable', 3],
    ['no condition', 'all:\n  - { trait: orders, atLeast: 2 }\n  - { trayt: orders }', 'rule_text_wrong', 3],
    ['two at once', 'any:\n  - trait: orders\n    event: x', 'rule_text_wrong', 2],
    ['a wrong value', 'all:\n  - trait: orders\n    atLeast: many', 'rule_text_wrong', 3],
    ['an unknown key', 'all:\n  - event: x\n    atLeest: 2', 'rule_text_wrong', 3],
    ['something beside a group', 'all: []\nname: x', 'rule_text_wrong', 2],
    ['a group without a list', 'all: 5', 'rule_text_wrong', 1],
    ['nothing', '', 'rule_text_wrong', 1],
    ['an endless alias', 'all: &a [*a]', 'rule_text_wrong', 1],
  ])('is refused with its line: %s', (_, text, code, line) => {
    expect(() => readRule(text)).toThrow(expect.objectContaining({ code, values: expect.objectContaining({ line }) as unknown }));
  });

  it.each([
    ['trait: "orders', 'character'],
    ['all:\n\t- trait: orders', 'tab'],
    ['trait: orders\ntrait: revenue', 'twice'],
    ['all: [*nobody]', 'alias'],
    ['trayt: orders', 'key'],
    ['all: []\nname: x', 'beside'],
    ['all: 5', 'list'],
    ['trait: orders\natLeast: many', 'number'],
    ['event: x\natLeest: 2', 'unknown'],
    ['event: x\nwithinDays: 0', 'small'],
    ['event: x\nwithinDays: 99999', 'big'],
    ['event: x\nfrom: yesterday', 'format'],
    ['rfm: { bins: 5, method: thirds, cells: [5..] }', 'choice'],
    ['trait: [x]', 'text'],
  ])('says in both languages what is wrong with %j', (text, reason) => {
    let found: UserError | undefined;
    try {
      readRule(text);
    } catch (error) {
      found = error as UserError;
    }
    expect(found?.values.reason).toBe(reason);
    for (const words of [en, zh] as Record<string, string>[]) expect(words[`error_${found!.code}_${reason}`]).toBeTruthy();
  });
});
