import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import BarChart from '../../src/lib/ui/charts/BarChart.svelte';
import CalibrationPlot from '../../src/lib/ui/charts/CalibrationPlot.svelte';
import Histogram from '../../src/lib/ui/charts/Histogram.svelte';
import LineChart from '../../src/lib/ui/charts/LineChart.svelte';
import { svgText } from '../../src/lib/ui/charts/save';
import { expectAccessible } from './accessibility';

beforeEach(() => locale.set('en'));

const bins = [
  { predicted: 0.05, observed: 0.04, customers: 900 },
  { predicted: 0.4, observed: 0.5, customers: 100 },
];

it('draws a loss curve whose figures can be read as a table', async () => {
  const series = [
    { name: 'training', points: [1, 2, 3].map((x) => ({ x, y: 1 / x })) },
    { name: 'validation', points: [1, 2].map((x) => ({ x, y: 1.2 / x })) },
  ];
  const screen = render(LineChart, { title: 'Loss', series, xLabel: 'epoch' });
  await expect.element(screen.getByRole('img', { name: 'Loss' })).toBeInTheDocument();
  const rows = [...screen.container.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));
  expect(rows).toEqual([
    ['1', '1', '1.2'],
    ['2', '0.5', '0.6'],
    ['3', '0.3333', '–'],
  ]);
  // The twin is for screen readers: the Tab key passes it by.
  expect(screen.container.querySelector('[tabindex="0"]:not(button)')).toBeNull();
  // One line each, told apart by dashes too.
  const lines = [...screen.container.querySelectorAll('path[fill="none"]')];
  expect(new Set(lines.map((line) => line.getAttribute('stroke-dasharray'))).size).toBe(2);
  await expectAccessible(screen.container);
});

it('passes axe: bars, histogram and calibration, with and without picking', async () => {
  const screen = render(BarChart, {
    title: 'Lift by decile',
    groups: [1, 2, 3].map((decile) => ({ label: String(decile), values: [4 / decile, 2 / decile] })),
    seriesNames: ['model', 'recent buyers first'],
    groupLabel: 'Decile',
    reference: { value: 1, label: 'average' },
    onpick: () => {},
  });
  await expect.element(screen.getByRole('button', { name: '1: 4, 2' })).toBeInTheDocument();
  await expectAccessible(screen.container);
  await expectAccessible(render(Histogram, { title: 'Orders', edges: [0, 1, 2, 4], counts: [5, 3, 1], onpick: () => {} }).container);
  await expectAccessible(render(CalibrationPlot, { title: 'Calibration', bins }).container);
});

it('saves a drawing that stands alone: colours written out, no variables, no outside files', async () => {
  const screen = render(CalibrationPlot, { title: 'Calibration', bins });
  await expect.element(screen.getByRole('img', { name: 'Calibration' })).toBeInTheDocument();
  const text = svgText(screen.container.querySelector('figure svg[role="img"]') as SVGSVGElement);
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
  expect(parsed.querySelector('parsererror')).toBeNull();
  expect(text).not.toMatch(/var\(--|https?:(?!\/\/www\.w3\.org)/);
  expect(parsed.querySelectorAll('circle')).toHaveLength(2);
});
