import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audienceMembers } from '$lib/core/audiences/members';
import { peopleOfArms } from '$lib/core/audiences/arms';
import { quietContext } from '$lib/core/base/run';
import { sha256Hex } from '$lib/core/base/hash';
import { armsFile } from '$lib/core/exports/armsFile';
import { readArms } from '$lib/core/exports/readArms';
import type { PlanAudience } from '$lib/core/plan/schema';
import type { SegmentScope } from '$lib/core/segments/evaluate';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop } from '../../support/tinyShop';

/** Forty customers, every fourth of them German; the n-th spent n. */
const people = Array.from({ length: 40 }, (_, n) => `c${String(n).padStart(2, '0')}`);
const shop = {
  items: [{ id: 'cup' }],
  users: Object.fromEntries(people.map((id, n) => [id, { country: n % 4 === 0 ? 'DE' : 'CN' }])),
  events: people.map((user, n) => ({ user, event: 'order_completed', at: '2026-05-20T10:00:00', item: 'cup', value: n + 1, order: user })),
};

describe('an audience with an experiment', () => {
  const run = quietContext();
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(store, shop, '2026-06-01T00:00:00');
  });
  afterAll(() => store.close());
  const of = (rest: Partial<PlanAudience>) => audienceMembers(scope, { id: 'mail', from: 'everyone', columns: [], ...rest }, run);

  it('addresses all but those who are held out, in its own order, and says who is where', async () => {
    const { members, order, steps, arms } = await of({ top: { by: 'revenue', count: 20 }, experiment: { salt: 'x', holdOut: 0.25 } });
    const control = arms!.customers.filter((_, i) => arms!.arms[arms!.arm[i]].id === 'control');
    expect(control.length).toBeGreaterThan(0);
    expect(arms!.customers).toEqual(people.slice(20));
    expect(steps.slice(-2)).toEqual([
      { step: 'top', left: 20 },
      { step: 'held_out', left: 20 - control.length },
    ]);
    expect(members.count).toBe(20 - control.length);
    expect(Array.from(order, (user) => scope.ids[user])).toEqual(
      people
        .slice(20)
        .reverse()
        .filter((id) => !control.includes(id)),
    );
    expect(peopleOfArms(arms!)).toEqual([
      { id: 'control', people: control.length },
      { id: 'treatment', people: 20 - control.length },
    ]);
  });

  it('spreads a country, and a number in fifths, over the arms', async () => {
    for (const [stratify, strata] of [
      ['country', { CN: 30, DE: 10 }],
      ['revenue', { 1: 8, 2: 8, 3: 8, 4: 8, 5: 8 }],
    ] as const) {
      const { arms } = await of({ experiment: { salt: 'x', holdOut: 0.5, stratify } });
      const count = (control: boolean) => {
        const found: Record<string, number> = {};
        arms!.strata!.forEach((label, i) => {
          if (!control || arms!.arms[arms!.arm[i]].id === 'control') found[label] = (found[label] ?? 0) + 1;
        });
        return found;
      };
      expect(count(false)).toEqual(strata);
      expect(count(true)).toEqual(Object.fromEntries(Object.entries(strata).map(([label, n]) => [label, n / 2])));
    }
  });

  it('refuses an experiment after which nobody is left', async () => {
    const one = { id: 'mail', from: 'everyone', columns: [], top: { by: 'revenue', count: 1 } };
    const salt = Array.from({ length: 100 }, (_, n) => `s${n}`).find((text) => sha256Hex(`${text}\nc39`) < '4');
    await expect(audienceMembers(scope, { ...one, experiment: { salt: salt!, holdOut: 0.25 } }, run)).rejects.toMatchObject({
      code: 'experiment_nobody_left',
    });
  });

  it('has a file of its arms that reads back', async () => {
    const { arms } = await of({ experiment: { salt: 'x', holdOut: 0.2, stratify: 'country' } });
    const { name, read, rows, role } = await armsFile('mail', arms!, new Set(), run);
    expect([name, rows, role]).toEqual(['mail.arms.csv', 40, 'arms']);
    const bytes = await read();
    expect(new TextDecoder().decode(bytes).split('\n')[0]).toBe('customer,arm,sent,stratum');
    const lines = await readArms(bytes, run);
    expect(lines.map(({ customer }) => customer)).toEqual(people);
    expect(lines.every(({ arm, sent }) => sent === (arm !== 'control'))).toBe(true);
    expect(lines[4].stratum).toBe('DE');
    await expect(readArms(new TextEncoder().encode('a,b\n1,2\n'), run)).rejects.toMatchObject({ code: 'arms_file' });
  });
});
