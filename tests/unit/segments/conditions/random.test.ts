import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bucketQuery } from '$lib/core/measures/bucket';
import { spark } from '$lib/core/measures/spark';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop } from '../../../support/tinyShop';

const people = Array.from({ length: 2000 }, (_, i) => `C${i}`);
const events = (users: string[]) => users.map((user) => ({ user, event: 'product_viewed', at: '2026-05-01T10:00:00' }));

describe('a random share of everyone', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(store, { events: events(people) }, '2026-06-01T00:00:00');
  });
  afterAll(() => store.close());
  const draw = (name: string, from: number, to: number, at = scope) => membersOf(at, { random: { name, from, to } });

  it('parts everyone: no one is in two shares of a draw, and no one in none', async () => {
    const parts = [await draw('spring', 0, 33.3), await draw('spring', 33.3, 50), await draw('spring', 50, 100)];
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
    expect(parts[0].or(parts[1]).or(parts[2]).count).toBe(2000);
    // Within four standard deviations of a fair draw.
    expect(Math.abs(parts[2].count - 1000)).toBeLessThan(4 * Math.sqrt(500));
  });

  it('is drawn anew under another name', async () => {
    const both = (await draw('spring', 0, 50)).and(await draw('autumn', 0, 50)).count;
    expect(Math.abs(both - 500)).toBeLessThan(4 * Math.sqrt(375));
  });

  it('leaves everybody where they were when others come and numbers change', async () => {
    const before = namesIn(await draw('spring', 0, 20), scope);
    const other = await openNativeStore({ threads: 1 });
    const more = await openTinyShop(other, { events: events(['A0', ...people, 'Z']) }, '2026-06-01T00:00:00');
    const after = namesIn(await draw('spring', 0, 20, more), more);
    expect(after.filter((id) => /^C/.test(id))).toEqual(before);
    await other.close();
  });

  it('is the draw that it was in every version: these ids by hand', async () => {
    // python3 -c "import hashlib; print([i for i in range(20) if int(hashlib.md5(b'spring\nC%d'%i).hexdigest()[:8],16) < 2**31])"
    expect(namesIn(await draw('spring', 0, 50), scope).filter((id) => /^C1?\d$/.test(id))).toEqual([
      'C1',
      'C10',
      'C11',
      'C13',
      'C14',
      'C15',
      'C17',
      'C18',
      'C19',
      'C2',
      'C3',
      'C4',
      'C5',
      'C6',
      'C8',
    ]);
  });

  it('is the same text for Spark, but for how it quotes', () => {
    expect(bucketQuery('users', { name: "l'été", from: 0, to: 25 }, spark).text).toBe(
      "SELECT user_index FROM `users` WHERE substr(md5(concat('l\\'été\n', user_id)), 1, 8) < '40000000' AND TRUE",
    );
  });
});
