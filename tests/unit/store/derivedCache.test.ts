import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext, type Progress, type RunContext } from '$lib/core/base/run';
import { DerivedCache } from '$lib/core/store/derivedCache';
import { derivedTable, remember } from '$lib/core/store/remember';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainScope } from '../../support/scope';

const kilobytes = (n: number) => new Uint8Array(n * 1024);
const caller = () => {
  const controller = new AbortController();
  const seen: Progress[] = [];
  return { run: createRunContext(controller.signal, (progress) => seen.push(progress)), seen, leave: () => controller.abort() };
};

describe('what is computed from the data', () => {
  it('is computed once for a question, also when two ask at the same time, and anew for another state or instant', async () => {
    const scope = plainScope(undefined as unknown as TableStore, '2026-05-01T00:00:00', 3);
    let computed = 0;
    const ask = (over = {}) => remember({ ...scope, ...over }, 'buyers', async () => ++computed);
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    expect(await ask()).toBe(1);
    expect(await ask({ asOf: '2026-04-01T00:00:00' })).toBe(2);
    expect(await ask({ dataKey: 'another state' })).toBe(3);
    expect(await ask()).toBe(1);
  });

  it('goes when the budget is spent, the longest unused first', async () => {
    const cache = new DerivedCache(10 * 1024);
    const reader = () => cache.reader();
    for (const name of ['a', 'b', 'c']) {
      const one = reader();
      await one.value(name, () => kilobytes(3));
      await one.release();
    }
    const again = reader();
    await again.value('a', () => kilobytes(3));
    await again.release();
    const last = reader();
    await last.value('d', () => kilobytes(3));
    await last.release();
    expect(['a', 'b', 'c', 'd'].filter((name) => cache.has(name))).toEqual(['a', 'c', 'd']);
    expect(cache.bytes).toBeLessThan(10 * 1024);
  });

  it('stays while a reader holds it, whatever the budget', async () => {
    const cache = new DerivedCache(1024);
    const [slow, quick] = [cache.reader(), cache.reader()];
    await slow.value('profiles', () => kilobytes(4));
    await quick.value('histogram', () => kilobytes(4));
    await quick.release();
    expect([cache.has('profiles'), cache.has('histogram')]).toEqual([true, false]);
    await slow.release();
    expect([cache.has('profiles'), cache.bytes]).toEqual([false, 0]);
  });

  it('goes on for the second caller when the first one leaves, and stops when both have left', async () => {
    const cache = new DerivedCache();
    let stopped = 0;
    const train = async (run: RunContext) => {
      try {
        for (let epoch = 0; epoch < 20; epoch++) {
          run.report({ stage: 'train', done: epoch, unit: 'epochs' });
          await new Promise((resolve) => setTimeout(resolve, 2));
          await run.breathe();
        }
        return 'weights';
      } catch (error) {
        stopped++;
        throw error;
      }
    };
    const [first, second] = [caller(), caller()];
    const asked = [cache.value('model', train, first.run), cache.value('model', train, second.run)];
    first.leave();
    await expect(asked[0]).rejects.toBeInstanceOf(Cancelled);
    expect(await asked[1]).toBe('weights');
    // The first epoch was told before the second caller came.
    expect(second.seen.length).toBe(19);

    const [third, fourth] = [caller(), caller()];
    const both = [cache.value('other', train, third.run), cache.value('other', train, fourth.run)];
    third.leave();
    fourth.leave();
    for (const one of both) await expect(one).rejects.toBeInstanceOf(Cancelled);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([stopped, cache.has('other')]).toEqual([1, false]);
    // It can be asked for again.
    expect(await cache.value('other', async () => 'weights', quietContext())).toBe('weights');
  });

  it('leaves nothing of a computation that fails', async () => {
    const cache = new DerivedCache();
    await expect(cache.value('x', () => Promise.reject(new Error('no tea')), quietContext())).rejects.toThrow('no tea');
    expect(await cache.value('x', () => 7)).toBe(7);
  });

  describe('as tables', () => {
    let store: TableStore;
    beforeAll(async () => {
      store = await openNativeStore({ threads: 1 });
    });
    afterAll(() => store.close());
    const tables = async () => (await store.query(sql`SELECT table_name AS n FROM duckdb_tables() ORDER BY 1`)).toArray().map(({ n }) => n);

    it('lie side by side for several instants, and are dropped when they have to go', async () => {
      const cache = new DerivedCache(5000);
      const reader = cache.reader();
      const scope = { ...plainScope(store, '2026-05-01T00:00:00', 3), cache: reader };
      const make = (asOf: string) =>
        derivedTable({ ...scope, asOf }, 'profiles', 'profiles', (name) => sql`CREATE TABLE ${name} AS SELECT range AS n FROM range(500)`);
      const [may, april] = [await make('2026-05-01T00:00:00'), await make('2026-04-01T00:00:00')];
      expect(may).not.toBe(april);
      expect(await make('2026-05-01T00:00:00')).toBe(may);
      expect(await tables()).toEqual([april, may].sort());
      // Two tables of 500 numbers are 8 kB: over the budget once nobody holds them.
      await reader.release();
      expect(await tables()).toEqual([may]);
    });
  });
});
