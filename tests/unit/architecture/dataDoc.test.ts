import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sourcePresets } from '../../../src/lib/core/schema/presets';
import { columnClasses } from '../../../src/lib/core/schema/privacy/classes';
import { checks } from '../../../src/lib/core/store/quality/catalogue';
import { cleaningStepSchema } from '../../../src/lib/core/store/quality/cleaning';

it('docs/data.md names every preset, check, step of cleaning and class of columns', () => {
  const text = readFileSync('docs/data.md', 'utf8');
  const steps = cleaningStepSchema.options.map(({ shape }) => shape.step.value);
  const ids = [...sourcePresets.map(({ id }) => id), ...checks.map(({ id }) => id), ...steps, ...columnClasses];
  expect(ids.length).toBeGreaterThan(45);
  expect(ids.filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
});
