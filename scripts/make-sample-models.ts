/**
 * Makes models/sample-shop: small recommenders of the sample shop, to be brought into it (Recommenders, Bring a model)
 * and to be read from Python. Without customers: who they serve is scored from what they have. Run it again after a
 * change of the shop or of these recommenders; a test compares the lists with those of a fresh training.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quietContext } from '../src/lib/core/base/run';
import { nodePlatform } from '../src/lib/platform/node/platform';
import { Desk } from '../src/lib/work/desk';
import { trainedModel } from '../src/lib/work/recommenders';
import { takenFiles } from '../src/lib/work/registry/take';
import { openSample } from '../src/lib/work/sampleShop';
import { sampleModels } from './sample-shop/models';

const folder = fileURLToPath(new URL('../models/sample-shop/', import.meta.url));
mkdirSync(folder, { recursive: true });
// A day that does not change: the files are the same each time.
const desk = new Desk({ ...nodePlatform(), now: () => new Date(Date.UTC(2026, 10, 1)) });
const run = quietContext();
await openSample(desk, run);
for (const spec of sampleModels) {
  await desk.read(run, (epoch) => trainedModel(epoch, spec));
  const files = await desk.read(run, (epoch) => takenFiles(epoch, desk.state.models.at(-1)!, false));
  for (const [name, ending] of [
    ['model.npz', 'npz'],
    ['MODEL_CARD.md', 'md'],
  ]) {
    const { bytes } = files.find((file) => file.name === name)!;
    const text = new TextDecoder().decode(bytes);
    // Here only two of the files that the card lists lie beside it.
    const kept = ending === 'md' ? new TextEncoder().encode(cardOf(text, spec.id)) : bytes;
    writeFileSync(join(folder, `${spec.id}.${ending}`), kept);
    console.error(`${spec.id}.${ending} ${kept.length} bytes`);
  }
}
await desk.close();
process.exit(0);

function cardOf(card: string, id: string): string {
  return `${card.slice(0, card.indexOf('## Files'))}## Files\n\n\`${id}.npz\`: the arrays, for NumPy and for Muster. Made by \`node --import tsx scripts/make-sample-models.ts\`; licence Apache-2.0, as the shop’s.\n`;
}
