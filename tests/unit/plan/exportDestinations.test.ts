import { describe, expect, it } from 'vitest';
import { readPlan } from '$lib/core/plan/read';
import { planVersion } from '$lib/core/plan/version';

const plan = (version: number, exports: string): string => `
muster: ${version}
name: Spring
segments: [{ id: new, rule: { trait: orders, atLeast: 1 } }]
models: [{ id: tastes, algorithm: ials }, { id: will-buy, algorithm: logistic, target: { event: order_completed, withinDays: 30 } }]
audiences: [{ id: mail, from: new }]
lists: [{ id: picks, for: mail, model: tastes }]
exports: ${exports}
`;
const exportsOf = (version: number, exports: string) => readPlan(plan(version, exports)).plan.exports;

describe('exports of a plan of version 1', () => {
  it('keep their meaning: a CSV stays the one with every value as given', () => {
    expect(exportsOf(1, '[{ audience: mail, format: csv }, { list: picks, destination: jsonl }]')).toEqual([
      { audience: 'mail', destination: 'csv' },
      { list: 'picks', destination: 'jsonl' },
    ]);
    expect(exportsOf(1, '[{ audience: mail, format: [csv, parquet] }]')).toEqual([
      { audience: 'mail', destination: 'csv' },
      { audience: 'mail', destination: 'parquet' },
    ]);
  });
});

describe('exports of a plan', () => {
  it('name a destination, its options, and columns of their own', () => {
    expect(
      exportsOf(
        planVersion,
        '[{ audience: mail, destination: google-customer-match, options: { country: CN }, columns: { Email: contact } }, { audience: mail, destination: [csv, spreadsheet], columns: [revenue] }]',
      ),
    ).toEqual([
      { audience: 'mail', destination: 'google-customer-match', options: { country: 'CN' }, columns: { Email: 'contact' } },
      { audience: 'mail', destination: 'csv', columns: ['revenue'] },
      { audience: 'mail', destination: 'spreadsheet', columns: ['revenue'] },
    ]);
  });

  it.each([
    ['{ audience: mail, destination: fax }', 'exports[0].destination must be one of: spreadsheet, xlsx, csv, parquet,'],
    ['{ audience: mail, destination: csv, options: { colour: 1 } }', 'exports[0]: csv has no option "colour".'],
    ['{ audience: mail, destination: csv, options: { rowsPerFile: -1 } }', 'Option "rowsPerFile" of csv is -1.'],
    ['{ list: picks, destination: google-customer-match }', 'google-customer-match takes customers, not recommendations.'],
    ['{ list: picks, destination: csv, columns: [revenue] }', 'The columns of this export to csv are not written as they must be.'],
    ['{ audience: mail, destination: csv, columns: { Email: email } }', 'It takes a list of traits.'],
    ['{ audience: mail, destination: google-customer-match, columns: [email] }', 'It takes a trait for each field.'],
    ['{ audience: mail, destination: google-customer-match, columns: { Fax: email } }', 'google-customer-match has no field "Fax".'],
    ['{ audience: mail, destination: csv, columns: ["score:tarot"] }', 'exports[0].columns[0]'],
    ['{ audience: mail, format: csv }', 'exports[0]'],
  ])('are refused where they cannot work: %s', (entry, sentence) => {
    expect(() => readPlan(plan(planVersion, `[${entry}]`))).toThrow(sentence);
  });
});
