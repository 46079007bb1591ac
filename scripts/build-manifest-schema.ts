/** Writes static/manifest.schema.json from the manifest's schema: node --import tsx scripts/build-manifest-schema.ts */
import { writeFileSync } from 'node:fs';
import { manifestJsonSchema } from '../src/lib/core/exports/manifestSchema';

writeFileSync(new URL('../static/manifest.schema.json', import.meta.url), `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`);
