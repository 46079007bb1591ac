import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { calibrationMeter } from '../../../src/lib/core/evaluation/meters/calibration';
import { definitionNames } from '../../../src/lib/core/evaluation/meters/definitions';
import { diversityMeter } from '../../../src/lib/core/evaluation/meters/diversity';
import { listingMeter } from '../../../src/lib/core/evaluation/meters/listing';
import { metricNames } from '../../../src/lib/core/evaluation/metrics';
import { matrixFromPairs } from '../../../src/lib/core/math/sparseRows';

it('docs/metrics.md has a line for every metric and every library', () => {
  const text = readFileSync('docs/metrics.md', 'utf8');
  const none = matrixFromPairs(1, 1, [], []);
  const meters = [listingMeter(none, none, [7]), diversityMeter(none, [7]), calibrationMeter(none, Int32Array.of(0), [7])];
  const names = [...metricNames([7]), ...meters.flatMap((meter) => [...meter.names, ...Object.keys(meter.totals?.() ?? {})])];
  expect(names.length).toBeGreaterThan(14);
  expect(names.filter((name) => !text.includes(`\`${name.replace('@7', '@k')}\``))).toEqual([]);
  expect(definitionNames.filter((name) => !text.toLowerCase().includes(name))).toEqual([]);
});
