/** Writes static/plan.schema.json from the plan's schema and the catalogues: node --import tsx scripts/build-plan-schema.ts */
import { writeFileSync } from 'node:fs';
import { planJsonSchema } from '../src/lib/core/plan/jsonSchema';

writeFileSync(new URL('../static/plan.schema.json', import.meta.url), `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
