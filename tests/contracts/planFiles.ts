import { expect, it } from 'vitest';
import type { Platform } from '../../src/lib/work/platform';
import expected from '../fixtures/tea-shop-files.json';
import { teaShopFiles } from '../support/teaShopFiles';

/** The same plan and data give the same members, counts and bytes on every engine (DESIGN §2). */
export function describePlanFiles(platform: () => Platform): void {
  it('makes of the tea shop the same members, counts and files as every engine', async () => {
    const files = await teaShopFiles(platform());
    expect(files, 'meant to change? run: node --import tsx scripts/accept-tea-shop.ts').toEqual(expected);
    expect(files.audiences[0].members).toBe(15);
    expect(files.lists[0]).toMatchObject({ users: 15, rows: 45, shortLists: 0 });
  });
}
