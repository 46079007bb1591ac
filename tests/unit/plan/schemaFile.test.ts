import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { planJsonSchema } from '$lib/core/plan/jsonSchema';

it('static/plan.schema.json is what the code says', () => {
  const published = JSON.parse(readFileSync('static/plan.schema.json', 'utf8')) as unknown;
  expect(published, 'stale; run: node --import tsx scripts/build-plan-schema.ts').toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
});
