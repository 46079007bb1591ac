import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { HeldOutSection, LifetimeSection, TrackingSection } from '../../src/lib/core/predictions/clv/sections';
import type { PredictionReport, ReportSection } from '../../src/lib/core/predictions/report';
import { locale } from '../../src/lib/state/locale.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import PredictionReportView from '../../src/lib/ui/predictions/PredictionReportView.svelte';
import { expectAccessible } from './accessibility';

beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
});

const lifetime: LifetimeSection = {
  kind: 'lifetime',
  model: 'mbg-nbd',
  chosenBy: 'heldOut',
  parameters: [
    { name: 'r', value: 0.525, standardError: 0.083 },
    { name: 'alpha', value: 6.183, standardError: null },
  ],
  logLikelihood: -9582.136,
  customers: 2357,
  repeaters: 946,
  agreeing: 4,
  starts: 4,
  candidates: [
    { id: 'bg-nbd', logLikelihood: -9582.4, bic: 19195.9, heldOut: -7573.6 },
    { id: 'mbg-nbd', logLikelihood: -9582.1, bic: 19195.3, heldOut: -7568.1 },
  ],
  facts: [
    { id: 'pause', weeks: 24.8 },
    { id: 'stop', share: 0.356 },
    { id: 'active', customers: 1057.6, share: 0.449 },
    { id: 'spend', amount: 35.17 },
  ],
  money: { parameters: [{ name: 'gamma', value: 15.44, standardError: 4.16 }], logLikelihood: -4055.9, customers: 946, correlation: 0.114 },
  regularity: { k: 1.09, pairs: 918 },
  horizonDays: 30,
  lifetimeDays: 365,
};
const tracking: TrackingSection = {
  kind: 'tracking',
  first: 9862,
  calibrationWeeks: 39,
  actual: Array.from({ length: 78 }, (_, week) => 60 + ((week * 37) % 40)),
  expected: Array.from({ length: 78 }, (_, week) => 95 - week / 2),
};
const heldOut = (mae: number): HeldOutSection => ({
  kind: 'heldOut',
  from: 10135,
  days: 273,
  customers: 2357,
  purchases: 1882,
  used: 'mbg-nbd',
  ways: [
    { id: 'mbg-nbd', mae, rmse: 1.61, purchases: 1577 },
    { id: 'same-rate', mae: 1.02, rmse: 2.2, purchases: 2930 },
    { id: 'hiatus', mae: 0.77, rmse: 1.98, purchases: 934 },
  ],
  byFrequency: [0, 1, 2].map((from) => ({
    from,
    to: from === 2 ? null : from + 1,
    customers: 1400 - 600 * from,
    actual: 0.2 + from,
    expected: 0.25 + from,
  })),
  byRecency: [
    { from: 0, to: 1 / 7, customers: 1400, actual: 0.2, expected: 0.3 },
    { from: 1 / 7, to: 12, customers: 500, actual: 0.7, expected: 0.6 },
    { from: 12, to: null, customers: 457, actual: 2, expected: 1.9 },
  ],
});

function reportOf(sections: ReportSection[]): PredictionReport {
  return {
    version: 2,
    modelId: 'worth',
    task: 'clv',
    learner: null,
    protocol: {
      target: { event: 'order_completed', withinDays: 30 },
      cutoffs: null,
      rows: { computed: 2357 },
      options: {},
      seed: 1,
      asOf: '1998-07-01T00:00:00',
      observedTo: '1998-07-01T00:00:00',
      backend: 'cpu',
      reproducible: true,
      seconds: 1.2,
    },
    sections,
  };
}

it('says in plain words how customers buy, and draws what was expected beside what came', async () => {
  const screen = render(PredictionReportView, { report: reportOf([lifetime, tracking, heldOut(0.765)]) });
  await expect.element(screen.getByText('every 25 weeks')).toBeInTheDocument();
  await expect.element(screen.getByText(/MBG\/NBD is used: of the models tried/)).toBeInTheDocument();
  await expect.element(screen.getByText('36%', { exact: true })).toBeInTheDocument();
  // A parameter without a standard error has a dash.
  const parameters = screen.getByRole('table', { name: 'Parameters, with standard errors' }).element();
  const cells = [...parameters.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].slice(0, 3).map((cell) => cell.textContent?.trim()),
  );
  expect(cells).toEqual([
    ['r', '0.525', '0.083'],
    ['α', '6.183', '–'],
    ['γ', '15.440', '4.160'],
  ]);
  await expect
    .element(screen.getByText(/nearer than any rule of thumb; the nearest of these, “As often as before, none after a long pause”/))
    .toBeInTheDocument();
  // The twin of the sum of weeks ends with the sum.
  const sum = screen.getByText('Added up', { exact: true }).first().element().closest('figure')!;
  const rows = [...sum.querySelectorAll('tbody tr')];
  expect(rows).toHaveLength(78);
  expect(rows.at(-1)!.textContent).toContain(tracking.actual.reduce((total, week) => total + week, 0).toLocaleString('en'));
  await expectAccessible(screen.container);
});

it('says where a rule of thumb came nearer, in Chinese too', async () => {
  const screen = render(PredictionReportView, { report: reportOf([heldOut(0.785)]) });
  await expect.element(screen.getByText(/A rule of thumb came nearer: “As often as before, none after a long pause”/)).toBeInTheDocument();
  locale.set('zh');
  await expect.element(screen.getByText(/经验规则更准/)).toBeInTheDocument();
});
