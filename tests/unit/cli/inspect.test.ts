import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readMapping } from '../../../src/lib/core/plan/mappingFile';
import type { SourcePreview } from '../../../src/lib/core/schema/report';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-inspect-'));
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
afterAll(() => rmSync(folder, { recursive: true }));
copyFileSync(fileURLToPath(new URL('../../fixtures/presets/shopify-orders.csv', import.meta.url)), join(folder, 'orders_export.csv'));

describe('muster inspect', { timeout: 120_000 }, () => {
  it('says what the columns are taken for, how surely and why', async () => {
    const { code, stdout } = await muster(['inspect', 'orders_export.csv'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('text in utf-8, separated by commas, with a header');
    expect(stdout).toContain('Shopify orders');
    expect(stdout.replace(/\s+/g, ' ')).toContain('Created at time (99 %: a file of Shopify orders)');
    const { stdout: json } = await muster(['inspect', 'orders_export.csv', '--json'], folder);
    expect((JSON.parse(json) as SourcePreview).columns.find(({ name }) => name === 'Lineitem sku')?.suggestion).toMatchObject({
      role: 'item',
      reason: 'preset',
    });
  });

  it('writes a mapping that a plan names, and that reads next month’s file with its columns in another order', async () => {
    put('may.csv', 'who,bought,what,paid\nann,2026-05-01 08:00:00,tea,10\nbob,2026-05-02 09:00:00,pot,20\n');
    const first = await muster(['inspect', 'may.csv', '--json'], folder);
    const { mapping } = JSON.parse(first.stdout) as SourcePreview;
    put(
      'shop.json',
      JSON.stringify({
        ...mapping,
        roles: { user: 'who', time: 'bought', item: 'what', value: 'paid' },
        defaultEvent: 'order_completed',
        keep: [],
      }),
    );
    const { code, stderr } = await muster(['inspect', 'may.csv', '--mapping', 'shop.json', '--save', 'shop.mapping.yaml'], folder);
    expect([code, stderr]).toEqual([0, 'Wrote the mapping to shop.mapping.yaml.\n']);
    expect(readMapping(readFileSync(join(folder, 'shop.mapping.yaml'), 'utf8'), 'x').roles).toMatchObject({ user: 'who', value: 'paid' });

    put('june.csv', 'shop,paid,who,bought,what\nnorth,30,cleo,2026-06-01 08:00:00,tea\n');
    put(
      'plan.yaml',
      'muster: 2\nname: Tea\nsources:\n  - { id: shop, files: [may.csv, june.csv], mapping: shop.mapping.yaml }\nsegments:\n  - { id: all, rule: { trait: orders, atLeast: 1 } }\naudiences:\n  - { id: mail, from: all, columns: [revenue] }\nexports:\n  - { audience: mail, destination: csv }\n',
    );
    const run = await muster(['run', 'plan.yaml', '--out', 'out'], folder);
    expect([run.code, run.code === 0 ? '' : run.stderr]).toEqual([0, '']);
    expect(readFileSync(join(folder, 'out/mail.csv'), 'utf8').trimEnd().split('\n').slice(1).sort()).toEqual([
      'ann,10',
      'bob,20',
      'cleo,30',
    ]);
    // The plan beside the files says everything itself.
    expect(readFileSync(join(folder, 'out/plan.json'), 'utf8')).toContain('"value": "paid"');
  });

  it('joins order lines with the file of their orders, and says which orders have none', async () => {
    const fixtures = fileURLToPath(new URL('../../fixtures/presets/', import.meta.url));
    for (const name of ['instacart-orders.csv', 'instacart-lines.csv']) copyFileSync(join(fixtures, name), join(folder, name));
    put(
      'basket.yaml',
      'muster: 2\nname: Baskets\nsources:\n  - { id: lines, files: [instacart-lines.csv], preset: instacart, orders: { files: [instacart-orders.csv] } }\nsegments:\n  - { id: all, rule: { trait: orders, atLeast: 1 } }\naudiences:\n  - { id: mail, from: all, columns: [orders] }\nexports:\n  - { audience: mail, destination: csv }\n',
    );
    const run = await muster(['run', 'basket.yaml', '--out', 'baskets'], folder);
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('1 of 4 orders have no line')]);
    expect(readFileSync(join(folder, 'baskets/mail.csv'), 'utf8').trimEnd().split('\n').slice(1).sort()).toEqual(['1,2', '2,1']);
  });

  it('refuses what is no mapping, and to write over a file', async () => {
    put('wrong.yaml', 'kind: nothing\n');
    const wrong = await muster(['inspect', 'orders_export.csv', '--mapping', 'wrong.yaml'], folder);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('wrong.yaml is no mapping')]);
    const twice = await muster(['inspect', 'orders_export.csv', '--save', 'wrong.yaml'], folder);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('there is a file of that name')]);
  });
});
