/** Writes what the tea shop's plan gives, after a change that is meant to change it: node --import tsx scripts/accept-tea-shop.ts */
import { writeFileSync } from 'node:fs';
import { nodePlatform } from '../src/lib/platform/node/platform';
import { teaShopFiles } from '../tests/support/teaShopFiles';

const files = await teaShopFiles(nodePlatform());
writeFileSync(new URL('../tests/fixtures/tea-shop-files.json', import.meta.url), `${JSON.stringify(files, null, 2)}\n`);
process.exit(0);
