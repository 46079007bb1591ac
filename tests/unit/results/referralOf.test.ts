import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { readPlan } from '$lib/core/plan/read';
import { inspectSource } from '$lib/core/schema/inspect/inspectSource';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { openPlan } from '$lib/work/openPlan';
import { operations, type OperationContext } from '$lib/work/operations';
import { parseArguments } from '../../../src/cli/arguments';
import { referral } from '../../../src/cli/referral';
import { textFile } from '../../support/campaignShop';

const folder = mkdtempSync(join(tmpdir(), 'muster-referral-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = quietContext();

/**
 * Li invites three times and two come of it, Wang once in vain; ten customers in all. Those who came by Li spend 50 and 30
 * in their first 30 days, and one of them 20 in the next.
 */
const events = `customer,event,time,amount,code,by
li,invite_sent,2026-01-10 10:00,,a1,
li,invite_sent,2026-01-11 10:00,,a2,
li,invite_sent,2026-01-12 10:00,,a3,
wang,invite_sent,2026-01-20 10:00,,b1,
new1,signed_up,2026-01-13 09:00,,a1,li
new1,signed_up,2026-01-15 09:00,,a2,li
new2,signed_up,2026-01-16 09:00,,a3,li
odd,signed_up,2026-01-01 09:00,,a2,li
new1,order_completed,2026-01-14 09:00,50,,
new2,order_completed,2026-01-20 09:00,30,,
new1,order_completed,2026-02-20 09:00,20,,
c1,order_completed,2026-01-02 09:00,20,,
c2,order_completed,2026-01-02 09:00,20,,
c3,order_completed,2026-01-02 09:00,20,,
c4,order_completed,2026-01-02 09:00,20,,
c5,order_completed,2026-04-30 09:00,20,,
`;
const log = 'inviter,invited,joined\nli,2026-01-10,2026-01-13\nli,2026-01-11,\nli,2026-01-12,2026-01-16\nwang,2026-01-20,\n';

let context: OperationContext;
beforeAll(async () => {
  const { mapping } = await inspectSource(textFile('events.csv', events));
  const source = { id: 'events', files: ['events.csv'], mapping: { ...mapping, keep: ['code', 'by'] } };
  const { plan } = readPlan(
    JSON.stringify({ muster: 2, name: 'Tea', timeZone: 'Asia/Shanghai', currency: 'CNY', sources: [source] }),
    'plan.json',
  );
  const desk = new Desk(nodePlatform({ threads: 1 }));
  await openPlan(desk, plan, async () => textFile('events.csv', events), run);
  context = { ...run, desk };
}, 30_000);

const asked = { invitation: 'invite_sent', join: 'signed_up', property: 'event.code' as const, holds: 'code' as const };

async function muster(...words: string[]): Promise<string> {
  const printed: string[] = [];
  const io = { print: (line: string) => void printed.push(line), note: () => {}, run, path: (name: string) => join(folder, name) };
  expect(await referral.run(parseArguments(referral, words), io)).toBe(0);
  return printed.join('\n');
}

it('joins those who came to their invitations, and each of them once', async () => {
  expect(await operations.eventProperties(undefined, context)).toEqual(['event.by', 'event.code']);
  const {
    referral: found,
    customers,
    payback,
  } = await operations.referralMeasured({ events: asked, money: { perJoin: 25, margin: 0.5 } }, context);
  expect(customers).toBe(10);
  expect(found).toMatchObject({
    inviters: 2,
    invitations: 4,
    joins: 2,
    participation: 0.2,
    perInviter: 2,
    conversion: 0.5,
    cycleDays: 3.5,
  });
  expect(found.k).toBeCloseTo(0.2, 12);
  // (50 + 30) / 2 · 0.5 in the first month, 20 / 2 · 0.5 in the second: 25 are there at its end.
  expect(payback!.marginPerMonth.slice(0, 3)).toEqual([20, 5, 0]);
  expect(payback!.months).toBe(2);
  const byInviter = await operations.referralMeasured({ events: { ...asked, property: 'event.by', holds: 'inviter' } }, context);
  expect(byInviter.referral).toMatchObject({ invitations: 4, joins: 2 });
});

it('has the same numbers from a log, on the screen and on the command line', async () => {
  const { referral: wanted } = await operations.referralMeasured({ events: asked }, context);
  const columns = { inviter: 'inviter', invited: 'invited', joined: 'joined' };
  const { referral: found } = await operations.referralMeasured({ file: textFile('log.csv', log), columns, customers: 10 }, context);
  expect(found).toEqual(wanted);
  writeFileSync(join(folder, 'log.csv'), log);
  const words = ['--log', 'log.csv', '--customers', '10', '--reward', '25', '--month-margins', '20,5'];
  expect(JSON.parse(await muster(...words, '--json'))).toEqual({
    referral: wanted,
    customers: 10,
    payback: { marginPerMonth: [20, 5], months: 2 },
  });
  expect(await muster(...words)).toMatch(
    /^K = 0\.2000 .*\n.*\nFrom invitation to joining: 3\.5 days .*\nThe reward has paid back after 2\.0 months\.$/,
  );
});

it('says in words what is missing', async () => {
  const events = (part: object) => operations.referralMeasured({ events: { ...asked, ...part } }, context);
  await expect(events({ invitation: 'party' })).rejects.toMatchObject({ code: 'referral_nothing' });
  await expect(events({ property: 'event.shoe' })).rejects.toMatchObject({ code: 'referral_property' });
  await expect(muster('--log', 'log.csv')).rejects.toMatchObject({ code: 'referral_option' });
  writeFileSync(join(folder, 'bad.csv'), 'inviter,invited,joined\nli,soon,later\n');
  await expect(muster('--log', 'bad.csv', '--customers', '10')).rejects.toMatchObject({ code: 'referral_column' });
});
