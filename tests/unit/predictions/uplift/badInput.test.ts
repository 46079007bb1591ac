import { describe, expect, it } from 'vitest';
import type { RawFeature } from '$lib/core/predictions/features';
import { checkTrial } from '$lib/core/predictions/uplift/trialErrors';
import { readTrial, type TrialColumns } from '$lib/core/predictions/uplift/table/readTrial';
import { personFolds } from '$lib/core/predictions/uplift/personFolds';
import { segmentOf, upliftSegments } from '$lib/core/predictions/uplift/segments';
import en from '../../../../messages/en/uplift.json';
import zh from '../../../../messages/zh/uplift.json';

const rows = 240;
const numbers = (id: string, of: (row: number) => number): RawFeature => ({
  id,
  origin: 'attribute',
  kind: 'number',
  values: Float64Array.from({ length: rows }, (_, row) => of(row)),
});
const texts = (id: string, of: (row: number) => string | null): RawFeature => ({
  id,
  origin: 'attribute',
  kind: 'text',
  values: Array.from({ length: rows }, (_, row) => of(row)),
});
/** Every other row was sent a letter; every third bought; who bought has an amount. */
const table = (...more: RawFeature[]) => ({
  name: 'letters.csv',
  rows,
  broken: 0,
  columns: [
    numbers('sent', (row) => row % 2),
    numbers('bought', (row) => (row % 3 === 0 ? 1 : 0)),
    numbers('amount', (row) => (row % 3 === 0 ? 10 + row : 0)),
    numbers('age', (row) => 20 + (row % 50)),
    texts('arm', (row) => ['Mail', 'SMS', 'No mail'][Math.floor(row / 3) % 3]),
    texts('word', (row) => ['a', 'b', 'c'][row % 3]),
    texts('empty', () => null),
    ...more,
  ],
});
const read = (columns: Partial<TrialColumns>, ...more: RawFeature[]) =>
  readTrial(table(...more), { treatment: 'sent', outcome: 'bought', ...columns });

describe('a table of a campaign', () => {
  it('is read by its columns: arms, outcome, and what was known before', () => {
    const trial = read({});
    expect(trial).toMatchObject({ treatedValue: '1', controlValue: '0', outcomeKind: 'binary', otherArms: 0, noOutcome: 0 });
    // The amount is 0 for all who did not buy: it is known only afterwards.
    expect(trial.findings).toMatchObject([{ code: 'uplift_knows_outcome', feature: 'amount' }]);
    expect(trial.features.map(({ id }) => id)).toEqual(['age', 'arm', 'word', 'empty']);
    expect(read({ features: ['age', 'amount'] }).features.map(({ id }) => id)).toEqual(['amount', 'age']);
    expect(read({ outcome: 'amount' }).outcomeKind).toBe('number');
  });

  it('takes two of several arms, and rows of a third are left out', () => {
    const trial = read({ treatment: 'arm', treated: 'mail', control: 'No mail', outcome: 'amount' });
    expect(trial).toMatchObject({ treatedValue: 'Mail', controlValue: 'No mail', otherArms: 81 });
    expect(trial.rowNumbers).toHaveLength(159);
  });

  it.each<[string, Partial<TrialColumns>, RawFeature[]]>([
    ['uplift_none_treated', { treatment: 'never' }, [numbers('never', () => 0)]],
    ['uplift_all_treated', { treatment: 'always' }, [numbers('always', () => 1)]],
    ['uplift_arm_small', { treatment: 'few' }, [numbers('few', (row) => (row < 20 ? 1 : 0))]],
    ['uplift_no_outcomes', { outcome: 'onlyTreated' }, [numbers('onlyTreated', (row) => row % 2)]],
    ['uplift_outcome_constant', { outcome: 'all' }, [numbers('all', () => 1)]],
    ['uplift_treatment_values', { treatment: 'arm' }, []],
    ['uplift_treatment_unknown', { treatment: 'arm', treated: 'Post', control: 'No mail' }, []],
    ['uplift_outcome_text', { outcome: 'word' }, []],
    ['uplift_outcome_missing', { outcome: 'empty' }, []],
    ['uplift_outcome_missing', { outcome: 'gone' }, [numbers('gone', () => NaN)]],
    ['uplift_no_features', { features: ['sent'] }, []],
    ['table_column_unknown', { treatment: 'nothing' }, []],
  ])('is refused with a sentence: %s', (code, columns, more) => {
    expect(() => read(columns, ...more)).toThrow(expect.objectContaining({ code, hint: expect.stringMatching(/.\.$/) as string }));
    if (!code.startsWith('uplift')) return;
    for (const words of [en, zh] as Record<string, string>[]) {
      expect(words[`error_${code}`]).toBeTruthy();
      expect(words[`error_${code}_hint`]).toBeTruthy();
    }
  });

  it('counts outcomes of any sign', () => {
    const refunds = { treated: Uint8Array.from({ length: 200 }, (_, row) => row % 2), outcome: new Float64Array(200).fill(-3) };
    expect(() => checkTrial({ ...refunds, outcomeKind: 'number' }, 'sent', 'spend')).not.toThrow();
  });
});

describe('people', () => {
  it('are told apart by stated thresholds', () => {
    const predicted = {
      uplift: Float64Array.of(0.05, 0.02, 0.001, -0.001, -0.02),
      control: Float64Array.of(0.1, 0.9, 0.4, 0.1, 0.4),
      treated: Float64Array.of(0.15, 0.92, 0.401, 0.099, 0.38),
    };
    expect(Array.from(segmentOf(predicted, { uplift: 0.02, sure: 0.3 }), (place) => upliftSegments[place])).toEqual([
      'persuadable',
      'persuadable',
      'sure-thing',
      'lost-cause',
      'do-not-disturb',
    ]);
  });

  it('stay in their fold when others come, and folds are about equal', () => {
    const ids = Array.from({ length: 2000 }, (_, n) => `user-${n}`);
    const folds = personFolds(ids, 5, 1);
    expect([...personFolds(ids.slice(500), 5, 1)]).toEqual([...folds.slice(500)]);
    expect([...personFolds(ids, 5, 2)]).not.toEqual([...folds]);
    for (let fold = 0; fold < 5; fold++) expect(Math.abs(folds.filter((each) => each === fold).length - 400)).toBeLessThan(70);
  });
});
