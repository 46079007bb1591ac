import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { driftReport, type DriftBase } from '$lib/core/exports/drift/driftReport';
import { driftMarkdown } from '$lib/core/exports/drift/driftText';
import { readDriftLimits } from '$lib/core/exports/drift/limits';
import { columnSpread, mixShift, scoreDistance, scoreSpread, type DriftColumn } from '$lib/core/exports/drift/spreads';
import { stabilityIndex } from '$lib/core/predictions/drift';

const numbers = (id: string, values: number[]): DriftColumn & { kind: 'number' } => ({
  id,
  kind: 'number',
  values: Float64Array.from(values),
});
const texts = (id: string, values: (string | null)[]): DriftColumn => ({ id, kind: 'text', values });

/** scipy’s and numpy’s, see `by` in the file. */
const { cases } = JSON.parse(readFileSync('tests/fixtures/exports/drift.json', 'utf8')) as {
  cases: { name: string; then: number[]; now: number[]; psi: number; ks: number }[];
};

it.each(cases)('scores that are $name are as far apart as scipy says', ({ then, now, psi, ks }) => {
  const score = scoreSpread(numbers('', then));
  expect(stabilityIndex(score.spread, Float64Array.from(now))).toBeCloseTo(psi, 9);
  // Looked at where the percentiles are: never more than it is, and less by one percent at most.
  const distance = scoreDistance(score.percentiles, Float64Array.from(now));
  expect(Math.abs(distance - ks)).toBeLessThan(0.011);
});

describe('a report of drift', () => {
  const base = (members: number, more: Partial<DriftBase> = {}): DriftBase => ({
    createdAt: '2026-11-01T08:00:00.000Z',
    asOf: '2026-11-01T00:00:00',
    plan: { sha256: 'p' },
    data: { sha256: 'd' },
    audiences: [{ id: 'mail', members, spreads: [columnSpread(texts('segment:vip', ['in it', null, null, null]))] }],
    models: [{ id: 'will-buy', quality: { auc: 0.8 }, score: scoreSpread(numbers('', [0.1, 0.2, 0.3, 0.4])) }],
    ...more,
  });
  const people = (vip: (string | null)[]) => ({
    audiences: new Map([['mail', [texts('segment:vip', vip)]]]),
    scores: new Map([['will-buy', numbers('score:will-buy', [0.1, 0.2, 0.3, 0.9])]]),
  });

  it('tells how many there are now, who they are, and how good the model is', () => {
    const now = base(120, { models: [{ id: 'will-buy', quality: { auc: 0.72, prAuc: 0.3 } }] });
    const report = driftReport(
      base(100),
      now,
      people(['in it', 'in it', null, null]),
      readDriftLimits('size=10% quality=0.05,score-ks=.3'),
    );
    expect(report.audiences[0]).toMatchObject({ then: 100, now: 120, change: 0.2, mix: [{ id: 'segment:vip', then: 0.25, now: 0.5 }] });
    // (0.5 − 0.25) ln 2 for those in it, and (0.5 − 0.75) ln ⅔ for the others.
    expect(report.audiences[0].mix[0].psi).toBeCloseTo(0.25 * Math.log(2) - 0.25 * Math.log(2 / 3), 12);
    expect(report.models[0].quality).toEqual([{ measure: 'auc', then: 0.8, now: 0.72, change: expect.closeTo(-0.1, 12) as number }]);
    expect(report.exceeded.map(({ limit, of }) => [limit, of])).toEqual([
      ['size', 'mail'],
      ['quality', 'will-buy'],
    ]);
  });

  it('has no share of nobody, and an audience that had nobody is beyond any limit', () => {
    const report = driftReport(base(0), base(5), people([null]), { size: 100 });
    expect([report.audiences[0].change, report.exceeded]).toEqual([null, [{ limit: 'size', of: 'mail', value: null, most: 100 }]]);
    expect(driftReport(base(0), base(0), people([null]), { size: 0 }).exceeded).toEqual([]);
  });

  it('says what is new and what is gone, and sets no bound to what is new', () => {
    const now = base(1, { audiences: [{ id: '新客', members: 9 }], models: [] });
    const report = driftReport(base(100), now, { audiences: new Map(), scores: new Map() }, { size: 0 });
    expect([report.audiences[0].then, report.gone, report.exceeded]).toEqual([null, { audiences: ['mail'], models: ['will-buy'] }, []]);
  });

  it('is a page of Markdown in which a name is a name', () => {
    const named = (id: string) => base(100, { audiences: [{ id, members: 100 }] });
    const page = driftMarkdown(driftReport(named('a|b <b>[x](y)'), named('a|b <b>[x](y)'), people([]), {}));
    expect(page).toContain('| a\\|b \\<b\\>\\[x\\](y) | 100 | 100 | +0.0 % | 0 |');
  });
});

it('reads limits in shares and percent, and refuses others', () => {
  expect(readDriftLimits('size=30%,score-psi=.25 mix-psi=1')).toEqual({ size: 0.3, scorePsi: 0.25, mixPsi: 1 });
  for (const wrong of ['size', 'size=', 'size=-1', 'psi=1', 'scorePsi=1', 'score-ks=2'])
    expect(() => readDriftLimits(wrong)).toThrow(expect.objectContaining({ code: 'drift_limit' }));
});

it('a trait whose kind is another by now is not compared', () => {
  expect(mixShift([columnSpread(numbers('size', [1, 2]))], [texts('size', ['S', 'M'])])).toEqual([]);
});
