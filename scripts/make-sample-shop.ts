/**
 * Makes datasets/sample-shop: the file that the app opens, its card and its planted truth. The same seed gives the
 * same content on every machine. `--csv DIR` also writes the shop as CSV files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { sha256Hex } from '../src/lib/core/base/hash';
import { quietContext } from '../src/lib/core/base/run';
import { encodeColumnFile } from '../src/lib/core/schema/columnFile';
import { readSampleShop, sampleShop } from '../src/lib/core/schema/sampleShop';
import { openFile } from '../src/lib/platform/node/files';
import { renderCard } from './sample-shop/card';
import { writeCsv } from './sample-shop/csv';
import { countShop, type ShopFacts } from './sample-shop/facts';
import { generateShop } from './sample-shop/generate';
import { shopTables } from './sample-shop/tables';
import { tastes, truth } from './sample-shop/truth';

const smallCustomers = 400;
const folder = fileURLToPath(new URL('../datasets/sample-shop/', import.meta.url));

const csvAt = process.argv.indexOf('--csv');
const csvFolder = csvAt > 0 ? process.argv[csvAt + 1] : undefined;
if (csvAt > 0 && !csvFolder) {
  console.error('--csv needs a folder to write to.');
  process.exit(2);
}

const shop = generateShop();
const content = encodeColumnFile(shopTables(shop));
const compressed = gzipSync(content, { level: 9 });
const facts: ShopFacts = {
  truth,
  tastes,
  ...countShop(shop),
  contentSha256: sha256Hex(content),
  small: { customers: smallCustomers, contentSha256: sha256Hex(encodeColumnFile(shopTables(generateShop(smallCustomers)))) },
  bytes: compressed.length,
};
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, sampleShop.fileName), compressed);
writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(facts, null, 2)}\n`);
writeFileSync(join(folder, 'README.md'), renderCard(facts));
console.error(`${facts.counts.events} events, ${(facts.bytes / 1e6).toFixed(2)} MB in ${folder}`);

if (csvFolder) {
  writeCsv(csvFolder, await readSampleShop(await openFile(join(folder, sampleShop.fileName)), quietContext()));
  console.error(`events.csv, users.csv and items.csv in ${csvFolder}`);
}
