import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { readPlan } from '$lib/core/plan/read';
import { openFile } from '$lib/platform/node/files';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { makeExports } from '$lib/work/exports';
import { openPlan } from '$lib/work/openPlan';

const data = join(process.cwd(), '../shared/data/uci-online-retail');
const present = existsSync(data);
if (!present) console.warn(`skipped: ${data} is not there`);

describe.skipIf(!present)('UCI Online Retail, from CSV to files', () => {
  it('gives the champions and ten things each that they have not bought', async () => {
    const { plan } = readPlan(readFileSync('docs/examples/uci-champions.yaml', 'utf8'));
    const run = quietContext();
    const desk = new Desk(nodePlatform());
    const [source] = await openPlan(desk, plan, (name) => openFile(join(data, name)), run);
    expect(source).toMatchObject({ rowsRead: 541_909, rowsRejected: 135_080 });
    const { files, manifest } = await desk.read(run, makeExports);
    const lines = async (name: string): Promise<string[][]> => {
      const file = files.find((each) => each.name === name)!;
      return new TextDecoder()
        .decode(await file.read())
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','));
    };

    // Counted by hand with another program from the same file: customers, and the last day of sales.
    expect(manifest.data.users).toBe(4372);
    expect(manifest.asOf).toBe('2011-12-10T00:00:00');

    const members = await lines('champions-mail.csv');
    expect(members).toHaveLength(manifest.audiences[0].members);
    // The best fifth by recency ordered in the last weeks, and champions order often.
    expect(members.every(([, orders, revenue, days]) => Number(orders) >= 3 && Number(revenue) > 0 && Number(days) <= 30)).toBe(true);

    const picks = await lines('champions-picks.csv');
    expect(picks).toHaveLength(10 * members.length);
    const bought = new Set(
      readFileSync(join(data, 'online_retail.csv'), 'utf8')
        .split('\n')
        .filter((line) => !line.startsWith('C'))
        .map(pairOf),
    );
    expect(picks.filter(([user, , item]) => bought.has(`${user} ${item}`))).toEqual([]);
    expect(new Set(picks.map(([, , item]) => item)).size).toBeGreaterThan(300);
  }, 180_000);
});

/** `17850 85123A` of a line (returns, whose invoice begins with C, are no purchases); the customer is the last but one cell, written as a float. */
function pairOf(line: string): string {
  const cells = line.trimEnd().split(',');
  return `${cells.at(-2)?.replace(/\.0$/, '')} ${cells[1]}`;
}
