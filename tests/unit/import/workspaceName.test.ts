import { expect, it } from 'vitest';
import { workspaceNameOf } from '../../../src/lib/state/workspaceName';

it.each([
  ['online_retail.csv', 'online retail'],
  ['Frühjahr 2026.tsv', 'Frühjahr 2026'],
  ['茶铺订单.csv', '茶铺订单'],
  ['orders.csv.gz', 'orders'],
  ['u.data', undefined],
  ['data.csv', undefined],
  ['export (3).csv', undefined],
  ['导出 2.csv', undefined],
  ['2026-05-01.csv', undefined],
])('a workspace that begins with %s is called %s', (fileName, name) => {
  expect(workspaceNameOf(fileName)).toBe(name);
});
