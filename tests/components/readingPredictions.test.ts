import { beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Random } from '../../src/lib/core/base/random';
import { depthPoints } from '../../src/lib/core/predictions/depth';
import { forecastOf } from '../../src/lib/core/predictions/forecast';
import type { Plan } from '../../src/lib/core/plan/schema';
import { migrateReport } from '../../src/lib/core/predictions/migrateReport';
import { sectionOf, type PredictionReport } from '../../src/lib/core/predictions/report';
import { amountsSection } from '../../src/lib/core/predictions/sections/amounts';
import { calibrationSection, gainsSection, rankingSection } from '../../src/lib/core/predictions/sections/binary';
import { horizonsSection } from '../../src/lib/core/predictions/sections/horizons';
import { curvesSection, depthSection, segmentQualitySection, stabilitySection } from '../../src/lib/core/predictions/sections/reading';
import type { Tested } from '../../src/lib/core/predictions/tasks/task';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import PredictionReportView from '../../src/lib/ui/predictions/PredictionReportView.svelte';
import saved from '../fixtures/propensity-reports-v1.json';
import { expectAccessible } from './accessibility';

beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
  await page.viewport(1280, 900);
});

/** A test of 2,000 customers whose chances are right, beside an order that knows half as much. */
function tested(): Tested {
  const random = new Random(5);
  const predicted = Float32Array.from({ length: 2000 }, () => random.beta(1, 5));
  const values = Uint8Array.from(predicted, (chance) => (random.uniform() < chance ? 1 : 0));
  const labels = { kind: 'binary' as const, values };
  const part = (at: string, name: 'train' | 'validation' | 'test') => ({ at: `${at}T00:00:00`, part: name, predicted, labels });
  const rows = Int32Array.from({ length: 400 }, (_, i) => i);
  return {
    raw: predicted,
    predicted,
    labels,
    baseline: { id: 'recent-buyers-first', scores: Float64Array.from(predicted, (chance) => chance + 0.2 * random.normal()) },
    calibration: { method: 'none' },
    candidates: [],
    outputs: { within7: predicted.map((chance) => chance / 3), withinAll: predicted },
    windows: [part('2026-07-01', 'train'), part('2026-08-01', 'validation'), part('2026-09-01', 'test')],
    segments: [{ segment: 'champions', rows }],
    withinDays: 30,
  };
}

function reportOf(sections: PredictionReport['sections'], task = 'propensity'): PredictionReport {
  const report = migrateReport(structuredClone(saved[0]));
  return { ...report, task, sections, protocol: { ...report.protocol, target: { event: 'order_completed', withinDays: 30 } } };
}

function read(): PredictionReport {
  const test = tested();
  return reportOf([
    rankingSection(test),
    { ...depthSection(test), today: depthPoints(test.predicted) },
    gainsSection(test),
    calibrationSection(test),
    curvesSection(test),
    stabilitySection(test),
    segmentQualitySection(test),
    {
      kind: 'drift',
      rows: { training: 4000, today: 2000 },
      score: 0.12,
      features: [
        { feature: 'daysSinceLastOrder', kind: 'number', psi: 0.61, then: 12, now: 30 },
        { feature: 'orders', kind: 'number', psi: 0.03, then: 2, now: 2 },
      ],
      of: 2,
      shifted: 1,
    },
  ]);
}

for (const [language, says] of [
  [
    'en',
    [
      /These [\d,]+ customers: expect [\d,]+ to order \([\d,]+ to [\d,]+\) within 30 days\.\s+Beyond them a message or coupon costs more/,
      /of the same [\d.]+%? .*[\d,]+ were expected to order \([\d,]+ to [\d,]+\)\.\s+By \w+ \d+, \d+, [\d,]+ did\./,
      'Within what chance explains.',
      'shifted',
      /95 % interval/,
    ],
  ],
  [
    'zh',
    [
      /触达这 [\d,]+ 名客户：预计 30 天内有 [\d,]+ 人下单（[\d,]+～[\d,]+）/,
      /截至 2026年\d+月\d+日，实际 [\d,]+ 人下单/,
      '明显变化',
      /95% 置信区间/,
    ],
  ],
] as const) {
  it(`says whom to address, how that came out, and whether it still holds (${language})`, async () => {
    locale.set(language);
    await loadCatalogue();
    const screen = render(PredictionReportView, { report: read() });
    for (const text of says) await expect.element(screen.getByText(text).first()).toBeInTheDocument();
    await expectAccessible(screen.container);
  });
}

it('makes a segment of exactly those people, and goes on to an audience of it', async () => {
  const edits = vi.spyOn(workbench, 'edit').mockImplementation(() => {});
  const onaudience = vi.fn();
  const report = read();
  const screen = render(PredictionReportView, { report, onaudience });
  await screen.getByRole('button', { name: /Make an audience of [\d,]+ customers/ }).click();
  const { segments } = edits.mock.lastCall![0]({ traits: [], segments: [] } as unknown as Plan);
  edits.mockRestore();
  // One order in ten pays for a contact at the prices that are proposed.
  const { now } = forecastOf(sectionOf(report, 'depth')!, { costPerContact: 1, marginPerOutcome: 10 });
  expect(segments).toMatchObject([{ rule: { all: [{ trait: `score:${report.modelId}`, atLeast: now!.threshold }] } }]);
  expect(onaudience).toHaveBeenCalledExactlyOnceWith(segments[0].id);
});

it('keeps inside a phone', async () => {
  await page.viewport(390, 800);
  const screen = render(PredictionReportView, { report: read() });
  await expect.element(screen.getByText('ROC curve').first()).toBeInTheDocument();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  await expectAccessible(screen.container);
});

it('reads amounts and times as well', async () => {
  const test = tested();
  const random = new Random(6);
  const values = Float64Array.from(test.predicted, (chance) => (random.uniform() < chance ? 100 * random.uniform() : 0));
  const amounts = amountsSection({ ...test, labels: { kind: 'number', values } });
  const days = Float64Array.from(values, (value) => (value > 0 ? 1 + random.below(30) : 30));
  const happened = Uint8Array.from(values, (value) => (value > 0 ? 1 : 0));
  const soon = test.predicted.map((chance) => 10 / chance);
  const horizons = horizonsSection({ ...test, predicted: soon, labels: { kind: 'duration', days, happened } });
  const screen = render(PredictionReportView, { report: reportOf([amounts], 'spend') });
  await expect.element(screen.getByText('Predicted and actual spend by tenth').first()).toBeInTheDocument();
  await expectAccessible(screen.container);
  const times = render(PredictionReportView, { report: reportOf([horizons], 'next-purchase') });
  await expect.element(times.getByText('C-index').first()).toBeInTheDocument();
  await expect.element(times.getByText(/Predicted and observed by horizon/).first()).toBeInTheDocument();
  await expectAccessible(times.container);
});
