import { expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { checkExport } from '$lib/core/exports/checkExport';
import { findDestination } from '$lib/core/exports/destinations';
import { withHeaders } from '$lib/core/exports/exportContent';
import { makeFiles } from '$lib/core/exports/makeFiles';
import { tableOf } from './nasty';

const table = tableOf(
  [
    { name: 'user', type: 'text', required: true },
    { name: 'orders', type: 'integer' },
  ],
  [['00042', 3]],
);

it('writes columns under the names that a person gave them', async () => {
  const content = { kind: 'audience' as const, table: withHeaders(table, { user: '会员号', orders: 'Orders, all' }), rows: 1, users: 1 };
  const options = { byteOrderMark: true };
  const { files } = await makeFiles('spring', content, findDestination('csv'), options, new Set(), quietContext());
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(await files[0].read())).toBe('\uFEFF会员号,"Orders, all"\n00042,3\n');
});

it('refuses a column that there is not, a name twice, and names where the platform has its own', () => {
  expect(() => withHeaders(table, { revenue: 'x' })).toThrow('no column "revenue"');
  expect(() => withHeaders(table, { orders: 'user' })).toThrow('called "user"');
  expect(() => checkExport({ destination: 'meta', headers: { email: 'x' } })).toThrow('the platform’s own');
});
