/**
 * Writes the digests of the regulars' training matrices, after a change that is meant to change them:
 *
 *     node --import tsx scripts/accept-matrix.ts [FOLDER]
 *
 * With a folder the files too, a folder a model, for scripts/reference/reproduce.py.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../src/lib/core/base/hash';
import { nodePlatform } from '../src/lib/platform/node/platform';
import { regularsMatrices } from '../tests/support/regularsMatrix';

const files = await regularsMatrices(nodePlatform());
const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Hex(bytes)]));
writeFileSync(new URL('../tests/fixtures/prediction-matrix.json', import.meta.url), `${JSON.stringify(digests, null, 2)}\n`);
const folder = process.argv[2];
for (const [name, bytes] of folder === undefined ? [] : files) {
  mkdirSync(join(folder, name.split('/')[0]), { recursive: true });
  writeFileSync(join(folder, name), bytes);
}
process.exit(0);
