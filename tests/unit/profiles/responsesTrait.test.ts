import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { spark } from '$lib/core/measures/spark';
import type { GapsDefinition } from '$lib/core/profiles/kinds/gapsTrait';
import { lineageOf } from '$lib/core/profiles/lineage';
import { openProfiles } from '$lib/core/profiles/materialize';
import type { PlanTrait } from '$lib/core/profiles/planTraits';
import { readProfilesPage } from '$lib/core/profiles/profilesPage';
import { profilesQuery } from '$lib/core/profiles/profilesQuery';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';
const day = 86_400_000;
const of = (
  to: string,
  events: string,
  withinDays: number,
  of: 'share' | 'count',
  id = `${to} ${events} ${withinDays} ${of}`,
): PlanTrait => ({
  id,
  responses: { to, events, withinDays, of },
});

describe('what is followed by something else', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 2 })));
  afterAll(() => store.close());

  async function valuesOf(events: TinyEvent[], traits: PlanTrait[], dataKey: string) {
    const tiny = await openTinyShop(store, { events }, asOf);
    const scope = { ...tiny, ...(await openProfiles({ ...tiny, dataKey }, { traits, scores: new Map() })) };
    const page = await readProfilesPage(scope, { offset: 0, limit: 99 });
    return new Map(page.rows.map((row) => [row[0], traits.map(({ id }) => row[page.columns.indexOf(id)])]));
  }

  it('counts an answer that is later and in time, and only what had its time', async () => {
    const event = (user: string, name: string, at: string): TinyEvent => ({ user, event: name, at });
    const found = await valuesOf(
      [
        // Answered on the last day that counts, and not.
        event('ann', 'mail', '2026-05-01T10:00:00'),
        event('ann', 'buy', '2026-05-04T23:00:00'),
        event('ann', 'mail', '2026-05-10T10:00:00'),
        event('ann', 'buy', '2026-05-14T00:00:00'),
        // Too recent to tell, though it was answered.
        event('ann', 'mail', '2026-05-29T10:00:00'),
        event('ann', 'buy', '2026-05-29T11:00:00'),
        // Of one instant, and before: no answers.
        event('bo', 'buy', '2026-05-01T09:00:00'),
        event('bo', 'mail', '2026-05-01T10:00:00'),
        event('bo', 'buy', '2026-05-01T10:00:00'),
        event('cy', 'buy', '2026-05-01T10:00:00'),
      ],
      [of('mail', 'buy', 3, 'share'), of('mail', 'buy', 3, 'count')],
      'hand',
    );
    expect(Object.fromEntries(found)).toEqual({ ann: [0.5, 1], bo: [0, 0], cy: [null, null] });
  });

  it('agrees with one pass over the events, and so does the spread of gaps', async () => {
    const random = new Random(11);
    const names = ['mail', 'buy', 'view'];
    const events = Array.from({ length: 400 }, (): TinyEvent => {
      const at = new Date(Date.UTC(2026, 3, 1 + random.below(61), 6 * random.below(4))).toISOString().slice(0, 19);
      return { user: `u${random.below(12)}`, event: names[random.below(3)], at };
    });
    const pairs = [
      ['mail', 'buy', 0],
      ['mail', 'buy', 5],
      ['view', 'mail', 2],
      ['buy', 'buy', 4],
    ] as const;
    const spread: GapsDefinition = { events: 'view', of: 'deviation' };
    const found = await valuesOf(
      events,
      [
        ...pairs.flatMap(([to, then, within]) => [of(to, then, within, 'share'), of(to, then, within, 'count')]),
        { id: 'spread', gaps: spread },
      ],
      'random',
    );
    const dayOf = (at: string) => Date.parse(`${at.slice(0, 10)}T00:00:00Z`) / day;
    expect(found.size).toBe(12);
    for (const [user, values] of found) {
      const own = events.filter((event) => event.user === user);
      const expected = pairs.flatMap(([to, then, within]) => {
        const asked = [...new Set(own.flatMap(({ event, at }) => (event === to ? [at] : [])))].filter(
          (at) => dayOf(asOf) - dayOf(at) > within,
        );
        const isAnswered = (at: string) =>
          own.some((other) => other.event === then && other.at > at && dayOf(other.at) - dayOf(at) <= within);
        const answered = asked.filter(isAnswered).length;
        return asked.length === 0 ? [null, null] : [answered / asked.length, answered];
      });
      const days = [...new Set(own.filter(({ event }) => event === 'view').map(({ at }) => dayOf(at)))].sort((a, b) => a - b);
      const gaps = days.slice(1).map((one, i) => one - days[i]);
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const deviation = gaps.length < 2 ? null : Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1));
      expect(values.slice(0, -1)).toEqual(expected);
      if (deviation === null) expect(values.at(-1)).toBeNull();
      else expect(values.at(-1)).toBeCloseTo(deviation, 9);
    }
  });

  it('is written for Spark, too, and says what it is made of', () => {
    const traits = [of('mail', "it's", 3, 'share', 'answered')];
    const { text } = profilesQuery({ tables: { events: 'events', users: 'users', items: 'items' }, asOf, traits, dialect: spark });
    expect(text).toContain("event IN ('mail', 'it\\'s')");
    expect(text).toContain("datediff(CAST('2026-06-01' AS DATE), day) > 3");
    expect(lineageOf('answered', traits, [])).toMatchObject({ events: ["it's", 'mail'], properties: ['day'] });
  });
});
