import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Rule } from '$lib/core/segments/rule';
import { checkRule, type RuleVocabulary } from '$lib/core/segments/ruleCheck';

const vocabulary: RuleVocabulary = {
  traits: [
    { id: 'orders', kind: 'count', origin: 'profile' },
    { id: 'country', kind: 'text', origin: 'attribute' },
    { id: 'consentEmail', kind: 'boolean', origin: 'attribute' },
    { id: 'createdAt', kind: 'date', origin: 'attribute' },
    { id: 'score:will-buy', kind: 'score', origin: 'score' },
  ],
  segments: [{ id: 'champions' }],
};
const check = (rule: unknown) => checkRule(rule as Rule, vocabulary);
const rfm = { bins: 5, method: 'quintile', cells: ['5..'] };

describe('checking a rule', () => {
  it('finds nothing wrong with a whole sensible rule', () => {
    const rule: Rule = {
      all: [
        { trait: 'orders', between: [1, 1] },
        { trait: 'country', oneOf: ['CN', 'DE'] },
        { trait: 'createdAt', startsWith: '2025-' },
        { trait: 'createdAt', betweenDates: ['2025-01-01', '2025-01-01'] },
        { trait: 'createdAt', longerAgoThanDays: 365 },
        { trait: 'score:will-buy', topPercent: 10 },
        { any: [{ event: 'order_completed', atLeast: 2, withinDays: 365 }, { segment: 'champions' }] },
        { not: { rfm: { bins: 5, method: 'quintile', cells: ['5[45].'] } } },
      ],
    };
    expect(check(rule)).toEqual([]);
  });

  it('names every wrong node by its path, in the order of the tree', () => {
    const rule = { all: [{ trait: 'orders' }, { not: { any: [{ event: '' }, { segment: 'gone' }] } }, { trait: 'shoeSize', is: 1 }] };
    expect(check(rule).map(({ code, values }) => [code, values.path])).toEqual([
      ['condition_empty', 'all.0'],
      ['condition_empty', 'all.1.not.any.0'],
      ['segment_unknown', 'all.1.not.any.1'],
      ['trait_unknown', 'all.2'],
    ]);
  });

  it.each([
    ['condition_empty', { trait: '' }],
    ['condition_empty', { trait: 'country', oneOf: [] }],
    ['condition_empty', { trait: 'country', contains: '' }],
    ['condition_empty', { segment: '' }],
    ['condition_empty', { event: 'x', where: [{ property: 'item', oneOf: [] }] }],
    ['condition_empty', { rfm: { ...rfm, cells: [] } }],
    ['condition_double', { trait: 'orders', atLeast: 1, atMost: 2 }],
    ['trait_unknown', { trait: 'Orders', atLeast: 1 }],
    ['trait_unknown', { trait: 'orders"; --', atLeast: 1 }],
    ['score_missing', { trait: 'score:churn', atLeast: 1 }],
    ['comparison_needs_text', { trait: 'orders', contains: '1' }],
    ['comparison_needs_text', { trait: 'consentEmail', startsWith: 't' }],
    ['comparison_needs_number', { trait: 'country', atLeast: 3 }],
    ['comparison_needs_number', { trait: 'createdAt', between: [1, 2] }],
    ['comparison_needs_number', { trait: 'consentEmail', topPercent: 3 }],
    ['comparison_value_wrong', { trait: 'orders', is: 'two' }],
    ['comparison_value_wrong', { trait: 'orders', atLeast: NaN }],
    ['comparison_value_wrong', { trait: 'orders', atLeast: Infinity }],
    ['comparison_value_wrong', { trait: 'consentEmail', is: 'yes' }],
    ['comparison_value_wrong', { trait: 'country', is: true }],
    ['comparison_value_wrong', { trait: 'country', exists: 'no' }],
    ['comparison_needs_date', { trait: 'orders', before: '2026-01-01' }],
    ['comparison_needs_date', { trait: 'country', withinDays: 30 }],
    ['date_invalid', { trait: 'createdAt', before: '2026-02-30' }],
    ['date_invalid', { trait: 'createdAt', on: "2026-01-01'; --" }],
    ['window_backwards', { trait: 'createdAt', betweenDates: ['2026-01-02', '2026-01-01'] }],
    ['days_invalid', { trait: 'createdAt', withinDays: 0 }],
    ['between_backwards', { trait: 'orders', between: [3, 1] }],
    ['percent_out_of_range', { trait: 'orders', topPercent: 0 }],
    ['percent_out_of_range', { trait: 'orders', bottomPercent: 100.1 }],
    ['times_invalid', { event: 'x', atLeast: -1 }],
    ['times_invalid', { event: 'x', atMost: 1.5 }],
    ['times_backwards', { event: 'x', atLeast: 3, atMost: 2 }],
    ['days_invalid', { event: 'x', withinDays: 0 }],
    ['window_double', { event: 'x', withinDays: 3, from: '2026-01-01' }],
    ['window_double', { event: 'x', withinDays: 3, fromDaysAgo: 9 }],
    ['window_backwards', { event: 'x', fromDaysAgo: 3, toDaysAgo: 9 }],
    ['window_backwards', { event: 'x', from: '2026-01-02', to: '2026-01-01' }],
    ['date_invalid', { event: 'x', from: '2026-02-30' }],
    ['date_invalid', { event: 'x', to: "2026-01-01'; --" }],
    ['property_unknown', { event: 'x', where: [{ property: 'price) OR (1=1', oneOf: ['1'] }] }],
    ['segment_unknown', { segment: 'Champions' }],
    ['rfm_bins_invalid', { rfm: { ...rfm, bins: 1 } }],
    ['rfm_method_unknown', { rfm: { ...rfm, method: 'magic' } }],
    ['rfm_cell_invalid', { rfm: { ...rfm, cells: ['5.'] } }],
    ['rfm_cell_invalid', { rfm: { ...rfm, cells: ['6..'] } }],
    ['rule_malformed', {}],
    ['rule_malformed', null],
    ['rule_malformed', { all: [], any: [] }],
    ['rule_malformed', { trait: 'orders', event: 'x', atLeast: 1 }],
  ])('refuses with %s: %j', (code, rule) => {
    expect(check({ all: [rule] }).map((error) => [error.code, error.values.path])).toEqual([[code, 'all.0']]);
    expect(saidIn('en', code, check(rule)[0].values)).not.toMatch(/[{}]|undefined/);
    expect(saidIn('zh', code, check(rule)[0].values)).not.toMatch(/[{}]|undefined/);
  });

  it('refuses a tree that something built without end', () => {
    let rule: Rule = { trait: 'orders', is: 1 };
    for (let depth = 0; depth < 5000; depth++) rule = { not: rule };
    expect(check(rule).map(({ code }) => code)).toEqual(['rule_too_deep']);
  });
});

/** The sentence and the hint as a screen says them. */
function saidIn(locale: string, code: string, values: Record<string, string | number>): string {
  const messages = JSON.parse(readFileSync(`messages/${locale}/errors-segments.json`, 'utf8')) as Record<string, string>;
  const text = `${messages[`error_${code}`]} ${messages[`error_${code}_hint`]}`;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}
