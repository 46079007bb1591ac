import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audienceMembers, type AudienceScope } from '$lib/core/audiences/members';
import { outsideQuiet, sendTimes } from '$lib/core/audiences/sendAt';
import { shareOut } from '$lib/core/audiences/shareOut';
import { quietContext } from '$lib/core/base/run';
import { limitNotes, refuseTooSmall } from '$lib/core/exports/audienceSizes';
import type { PlanAudience, PlanSharing } from '$lib/core/plan/schema';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop } from '../../support/tinyShop';

const bought = (user: string, value: number) => ({
  user,
  event: 'order_completed',
  at: '2026-05-20T10:00:00',
  item: 'cup',
  value,
  order: user,
});
const sent = (user: string, at: string, campaign: string, event = 'campaign_sent') => ({ user, event, at: `${at}T09:00:00`, campaign });

/** Ann spent most, Eve least; Ann was written to twice in the week before June, Bo once, Cy long ago. */
const shop = {
  items: [{ id: 'cup' }],
  users: {
    ann: { consentEmail: false },
    bo: { country: 'CN', consentEmail: false },
    cy: { country: 'CN' },
    dee: { country: 'DE' },
    eve: {},
  },
  events: [
    ...['ann', 'bo', 'cy', 'dee', 'eve'].map((user, n) => bought(user, 50 - 10 * n)),
    sent('ann', '2026-05-28', 'tea'),
    sent('ann', '2026-05-28', 'tea', 'campaign_delivered'),
    sent('ann', '2026-05-29', 'cups'),
    sent('bo', '2026-05-27', 'tea'),
    sent('cy', '2026-03-01', 'tea'),
  ],
};

describe('an audience', () => {
  const run = quietContext();
  let store: TableStore;
  let scope: AudienceScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = {
      ...(await openTinyShop(store, shop, '2026-06-01T00:00:00')),
      segments: [
        { id: 'rich', rule: { trait: 'revenue', atLeast: 30 } },
        { id: 'chinese', rule: { trait: 'country', is: 'CN' } },
      ],
      idLists: [
        { id: 'complained', ids: 'bo\nnobody' },
        { id: 'strangers', name: 'Strangers', ids: 'x1\nx2\n§¥' },
      ],
    };
  });
  afterAll(() => store.close());
  const audience = (rest: Partial<PlanAudience>): PlanAudience => ({ id: 'mail', from: 'everyone', columns: [], ...rest });
  const found = (rest: Partial<PlanAudience>, past?: AudienceScope['past']) => audienceMembers({ ...scope, past }, audience(rest), run);
  const who = async (...asked: Parameters<typeof found>) => namesIn((await found(...asked)).members, scope);

  it('takes a combination of segments', async () => {
    expect(await who({ from: { all: ['rich', { not: 'chinese' }] } })).toEqual(['ann']);
    expect(await who({ from: { any: ['rich', 'chinese'] } })).toEqual(['ann', 'bo', 'cy']);
    expect(await who({ from: { all: ['everyone', { not: { any: ['rich', 'chinese'] } }] } })).toEqual(['dee', 'eve']);
    const { conditions } = await found({ from: { all: ['rich', { not: 'chinese' }] } });
    expect(conditions.map(({ path, holds }) => [path, holds])).toEqual([
      ['', 1],
      ['all.0', 3],
      ['all.1', 3],
      ['all.1.not', 2],
    ]);
  });

  it('leaves out whoever is on a list, and says of a list that it names no customer', async () => {
    const { steps, notes } = await found({ suppress: ['complained', 'strangers'] });
    expect(steps).toContainEqual({ step: 'suppressed', left: 4 });
    expect(notes.map(({ code, message }) => [code, message])).toContainEqual([
      'suppress_nobody',
      'None of 3 ids on the list "Strangers" is a customer, so that it leaves out nobody of "mail".',
    ]);
    await expect(found({ suppress: ['lost'] })).rejects.toMatchObject({ code: 'id_list_unknown' });
  });

  it('says that nobody agreed to a channel', async () => {
    const { members, notes } = await found({ consent: 'email' });
    expect([members.count, notes.map(({ code }) => code)]).toEqual([0, ['consent_empties']]);
  });

  it('counts contacts of the data, a campaign on a day once', async () => {
    expect(await who({ frequency: { days: 7, max: 1 } })).toEqual(['cy', 'dee', 'eve']);
    expect(await who({ frequency: { days: 7, max: 2 } })).toEqual(['bo', 'cy', 'dee', 'eve']);
    expect(await who({ frequency: { days: 7, max: 3 } })).toEqual(['ann', 'bo', 'cy', 'dee', 'eve']);
    expect(await who({ frequency: { days: 365, max: 1 } })).toEqual(['dee', 'eve']);
  });

  it('counts earlier exports that the data cannot know of, and not its own of the same day', async () => {
    const past = (at: string, ids: string, of = 'other') => ({ audience: of, asOf: `${at}T00:00:00`, people: { ids } });
    const guard = { frequency: { days: 7, max: 1 } };
    expect(await who(guard, [past('2026-05-30', 'dee')])).toEqual(['cy', 'eve']);
    // Older than the newest contact of the data, so that it is among them.
    expect(await who(guard, [past('2026-05-28', 'dee')])).toEqual(['cy', 'dee', 'eve']);
    expect(await who(guard, [past('2026-06-01', 'dee', 'mail'), past('2026-06-01', 'eve')])).toEqual(['cy', 'dee']);
    expect(await who(guard, [past('2026-06-08', 'dee')])).toEqual(['cy', 'dee', 'eve']);
  });

  it('says that people change arms with another salt, and that too few are left for a control', async () => {
    const past = [{ audience: 'mail', asOf: '2026-05-01T00:00:00', people: { ids: '' }, salt: 'f'.repeat(64) }];
    const { notes } = await found({ experiment: { salt: 'a', holdOut: 0.01 } }, past);
    expect(notes.map(({ code }) => code)).toEqual(['audience_small', 'experiment_control_empty', 'experiment_salt_changed']);
  });

  it('refuses files of fewer people than it allows, and warns of a limit below a platform’s least', async () => {
    const members = await found({});
    expect(() => refuseTooSmall(audience({ minimumSize: 6 }), members)).toThrow('"mail" has 5 people, fewer than the 6');
    expect(() => refuseTooSmall(audience({ minimumSize: 5 }), members)).not.toThrow();
    const exports = [
      { audience: 'mail', destination: 'pinterest' as const },
      { audience: 'mail', destination: 'csv' as const },
    ];
    const [note, ...others] = limitNotes({ exports }, audience({ top: { by: 'revenue', count: 99 } }));
    expect(note).toMatchObject({ code: 'audience_below_destination', values: { most: 99, destination: 'pinterest', least: 100 } });
    expect([others, limitNotes({ exports }, audience({}))]).toEqual([[], []]);
  });

  it('goes without those who go to an audience of more priority', async () => {
    const [first, second] = [audience({ id: 'first', from: 'chinese' }), audience({ id: 'second', from: 'rich' })];
    const group: PlanSharing = {
      id: 'june',
      choose: 'priority',
      contacts: 3,
      audiences: [
        { audience: 'first', cost: 2 },
        { audience: 'second', cost: 1 },
      ],
    };
    const shared = { ...scope, audiences: [first, second], sharing: [group] };
    const { members, steps } = await audienceMembers(shared, second, run);
    expect(namesIn(members, scope)).toEqual(['ann']);
    expect(steps.at(-1)).toEqual({ step: 'sharing', left: 1 });
    const { report } = await shareOut(shared, group, null, run);
    expect(report).toEqual({
      id: 'june',
      choose: 'priority',
      rows: [
        { audience: 'first', wanted: 2, went: [2, 0], nowhere: 0 },
        { audience: 'second', wanted: 3, went: [2, 1], nowhere: 0 },
      ],
      contacts: 3,
      cost: 5,
    });
    // Turned round, the second takes all three whom it wants, and nothing is left.
    const turned = { ...group, audiences: group.audiences.toReversed() };
    const other = await shareOut({ ...scope, audiences: [first, second], sharing: [turned] }, turned, null, run);
    expect(namesIn(other.members.get('first')!.members, scope)).toEqual([]);
  });

  it('goes for the greatest profit, by a trait, and contacts nobody at a loss', async () => {
    const group: PlanSharing = {
      id: 'june',
      choose: 'profit',
      budget: 5,
      audiences: [{ audience: 'mail', cost: 2.5, score: 'revenue', value: 0.1 }],
    };
    const { report, members } = await shareOut({ ...scope, audiences: [audience({})], sharing: [group] }, group, null, run);
    // 50 and 40 at 10 % bring 2.5 and 1.5 after cost; the third would bring .5 for its 2.5.
    expect(namesIn(members.get('mail')!.members, scope)).toEqual(['ann', 'bo']);
    expect(report).toMatchObject({ contacts: 2, cost: 5, profit: 4, bound: 4, priceOfBudget: 0.2 });
  });

  it('sends at the hour of each, outside the quiet hours', async () => {
    const quiet = { from: '22:00', to: '08:30' };
    expect([21, 22, 23, 0, 8, 9].map((hour) => outsideQuiet(60 * hour, quiet) / 60)).toEqual([21, 32.5, 32.5, 8.5, 8.5, 9]);
    expect([11, 12, 14, 15].map((hour) => outsideQuiet(60 * hour, { from: '12:00', to: '15:00' }) / 60)).toEqual([11, 15, 15, 15]);
    const order = Int32Array.from([0, 1, 2]);
    const hours = await sendTimes(scope, order, { by: 'orders', quiet }, run);
    expect(hours.map((at) => new Date(at!).toISOString())).toEqual(Array(3).fill('2026-06-01T08:30:00.000Z'));
    await expect(sendTimes(scope, order, { by: 'revenue' }, run)).rejects.toMatchObject({ code: 'send_hour' });
  });
});
