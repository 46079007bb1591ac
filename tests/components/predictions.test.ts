import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { migrateReport } from '../../src/lib/core/predictions/migrateReport';
import { sectionOf, type PredictionReport } from '../../src/lib/core/predictions/report';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import PredictionReportView from '../../src/lib/ui/predictions/PredictionReportView.svelte';
import { reportSections } from '../../src/lib/ui/predictions/reportSections';
import saved from '../fixtures/propensity-reports-v1.json';
import { expectAccessible } from './accessibility';

beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
});

/** A report of version 1 as it opens today, calibrated since, with what its outputs look like. */
function reportOf(i: number): PredictionReport {
  const report = migrateReport(structuredClone(saved[i]));
  const calibration = sectionOf(report, 'calibration')!;
  Object.assign(calibration, { method: 'platt', after: { ...calibration.before, brier: 0.0912 } });
  report.sections.push({
    kind: 'outputs',
    outputs: [{ name: '', kind: 'score', customers: 300, min: 0.01, median: 0.2, mean: 0.25, max: 0.9 }],
  });
  return report;
}

it('draws every kind of section, the curves of a training that ended long ago too', async () => {
  const screen = render(PredictionReportView, { report: reportOf(1) });
  const titles = ['How good it is', 'Lift by tenth of customers', 'Calibration', 'What drives it', 'Loss while training'];
  for (const title of titles) await expect.element(screen.getByText(title, { exact: true }).first()).toBeInTheDocument();
  await expect.element(screen.getByText('Recent buyers first: 0.915').first()).toBeInTheDocument();
  const table = screen.getByRole('table', { name: 'How well the probabilities fit' }).element();
  const cells = [...table.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent));
  expect(cells[0][1]).toBe('0.0912');
  // As a share of a hundred, as everywhere.
  const outputs = screen.getByRole('table', { name: 'What everyone has now' }).element();
  expect(outputs.textContent).toContain('90%');
  await expectAccessible(screen.container);
});

it('keeps the words of a long trait inside its chart', async () => {
  const report = reportOf(0);
  const drivers = sectionOf(report, 'drivers')!;
  drivers.drivers = [{ feature: 'favoriteCategory = Teas / Oolong / Spring harvest of the eastern slopes, 250 g', weight: 0.8 }];
  const screen = render(PredictionReportView, { report });
  await expect.element(screen.getByText('What drives it', { exact: true }).first()).toBeInTheDocument();
  const figure = screen.getByText('What drives it', { exact: true }).first().element().closest('figure')!;
  const drawing = figure.querySelector('svg[role="img"], .drawing svg')!.getBoundingClientRect();
  for (const text of figure.querySelectorAll('.drawing svg text'))
    expect(text.getBoundingClientRect().left).toBeGreaterThanOrEqual(drawing.left);
  // The whole words are in the table behind it.
  expect(figure.querySelector('tbody')!.textContent).toContain('eastern slopes, 250 g');
});

it('says in words what was computed without learning, and what of it is doubtful', async () => {
  const report: PredictionReport = {
    version: 2,
    modelId: 'clv',
    task: 'clv-inputs',
    learner: null,
    protocol: {
      target: { event: 'order_completed' },
      cutoffs: null,
      rows: { computed: 1200 },
      options: {},
      seed: 1,
      asOf: '2026-07-01T00:00:00',
      observedTo: '2026-06-20T00:00:00',
      backend: 'sql',
      reproducible: true,
      seconds: 0.4,
    },
    sections: [
      {
        kind: 'outputs',
        outputs: [
          { name: 'frequency', kind: 'count', customers: 1200, min: 0, median: 1, mean: 1.6, max: 40 },
          { name: 'monetary', kind: 'money', customers: 1200, min: 0, median: 20, mean: 25, max: 900 },
        ],
      },
      {
        kind: 'diagnostics',
        findings: [
          {
            code: 'unobserved_tail',
            message: 'English.',
            values: { days: 11, observedTo: '2026-06-20T00:00:00', asOf: '2026-07-01T00:00:00' },
          },
        ],
      },
      // Of a Muster that is newer than this one.
      { kind: 'hologram' } as never,
    ],
  };
  const screen = render(PredictionReportView, { report });
  await expect.element(screen.getByText('Days with a repeat purchase').first()).toBeInTheDocument();
  await expect.element(screen.getByText(/The data ends 11 days before the plan’s date/)).toBeInTheDocument();
  await expect.element(screen.getByText(/Computed for 1,200 customers/)).toBeInTheDocument();
  await expectAccessible(screen.container);
});

it('has one component for each kind of section', () => {
  const kinds = new Set(saved.flatMap((old) => migrateReport(structuredClone(old)).sections.map(({ kind }) => kind)));
  for (const kind of kinds) expect(reportSections[kind].component).toBeTypeOf('function');
});

it('draws what each trait adds and how the prediction follows it, with the same figures in words', async () => {
  const report = reportOf(1);
  report.sections = [
    {
      kind: 'drivers',
      measure: 'gain',
      inputs: 2,
      drivers: [{ feature: 'revenue', weight: 0.8 }],
      also: { measure: 'auc-lost', drivers: [{ feature: 'revenue', weight: 0.12 }] },
    },
    {
      kind: 'shap',
      unit: 'log-odds',
      base: -1,
      customers: 4,
      inputs: 1,
      features: [{ feature: 'revenue', mean: 0.5, points: [0, 0.25, 1, null].map((rank) => ({ effect: (rank ?? 0) - 0.5, rank })) }],
    },
    {
      kind: 'dependence',
      probabilities: true,
      customers: 4,
      features: [
        {
          feature: 'revenue',
          kind: 'number',
          points: [0, 10],
          mean: [0.25, 0.75],
          curves: [
            [0.2, 0.7],
            [0.3, 0.8],
          ],
        },
      ],
    },
  ];
  const screen = render(PredictionReportView, { report });
  const words = screen.container.textContent ?? '';
  for (const title of [
    'What it would lose without it',
    'What each trait adds, customer by customer',
    'How the prediction follows a trait',
  ]) {
    expect(words).toContain(title);
  }
  const tables = [...screen.container.querySelectorAll('table')].map((table) => table.textContent ?? '');
  expect(tables.some((text) => text.includes('25%') && text.includes('75%'))).toBe(true);
  expect(screen.container.querySelectorAll('circle').length).toBeGreaterThanOrEqual(4);
  await expectAccessible(screen.container);
});
