import { sha256Hex } from '$lib/core/base/hash';
import { Random } from '$lib/core/base/random';
import { dateOfDay, dayNumber } from '$lib/core/schema/days';
import type { FileSource } from '$lib/core/schema/files';
import type { ExportFiles } from '$lib/core/results/campaignOfFiles';

/**
 * A tea shop's coupon, sent on 1 May 2026 to most of 1,200 customers: of those held out one in ten buys within thirty
 * days, of those with the coupon one in five; an order is 40 yuan or so, and the same people spent as much in April.
 */
export const campaignShop = {
  asOf: '2026-05-01T00:00:00',
  ...makeShop(),
};

export function armsCsv(lines: readonly string[] = campaignShop.arms): string {
  return ['customer,arm,sent,stratum', ...lines].join('\n') + '\n';
}

/** An export as `muster run` writes it, as far as results read it. */
export function exportedShop(arms = armsCsv(), { people }: { people?: Record<string, number> } = {}): ExportFiles & { manifest: string } {
  const counted = people ?? Object.fromEntries(campaignShop.counts);
  const bytes = new TextEncoder().encode(arms);
  return {
    manifest: JSON.stringify(manifestOf(counted)),
    read: async (name) => (name === 'coupon.arms.csv' ? bytes : null),
  };
}

function manifestOf(people: Record<string, number>) {
  const sha256 = sha256Hex('plan');
  const experiment = {
    salt_sha256: sha256Hex('salt'),
    hold_out: 0.25,
    arms: Object.entries(people).map(([id, count]) => ({ id, people: count })),
    file: 'coupon.arms.csv',
  };
  return {
    muster: 2,
    plan: { name: 'Tea shop', sha256 },
    data: { sha256, users: 1200, items: 9, events: 5000, firstEvent: null, lastEvent: null },
    asOf: campaignShop.asOf,
    timeZone: 'Asia/Shanghai',
    seed: 1,
    versions: {},
    backends: {},
    createdAt: '2026-05-01T01:00:00.000Z',
    audiences: [
      {
        id: 'coupon',
        name: 'Coupon',
        segment: { id: 'all', name: 'Everybody' },
        members: 1200,
        steps: [],
        conditions: [],
        experiment,
      },
    ],
    lists: [],
    exports: [],
    files: [],
  };
}

export function textFile(name: string, text: string): FileSource {
  const bytes = new TextEncoder().encode(text);
  return {
    name,
    size: bytes.length,
    async *stream(start = 0, end = bytes.length) {
      yield bytes.subarray(start, end);
    },
  };
}

function makeShop() {
  const random = new Random(5);
  const sent = dayNumber('2026-05-01');
  const arms: string[] = [];
  const orders: string[] = ['customer_id,order_id,order_date,amount'];
  const counts = new Map([
    ['control', 0],
    ['coupon', 0],
  ]);
  const facts: { id: string; arm: string; bought: number; spent: number; spentBefore: number; stratum: string }[] = [];
  let order = 0;
  const buy = (id: string, day: number, amount: number) =>
    orders.push(`${id},o${++order},${dateOfDay(day)} ${String(9 + random.below(10)).padStart(2, '0')}:30:00,${amount.toFixed(2)}`);
  for (let person = 0; person < 1200; person++) {
    const id = `c${String(person).padStart(4, '0')}`;
    const arm = person % 4 === 0 ? 'control' : 'coupon';
    const stratum = person % 3 === 0 ? 'lapsed' : 'loyal';
    const taste = random.gamma(2, 2 / 20);
    const amountOf = () => Math.round(100 * Math.max(1, taste + 20 + 2 * random.normal())) / 100;
    let [spent, spentBefore] = [0, 0];
    if (random.uniform() < 0.5) {
      spentBefore = amountOf();
      buy(id, sent - 1 - random.below(28), spentBefore);
    }
    const chance = (arm === 'coupon' ? 0.2 : 0.1) * (spentBefore > 0 ? 1.5 : 0.5);
    if (random.uniform() < chance) {
      spent = amountOf();
      buy(id, sent + random.below(30), spent);
    }
    arms.push(`${id},${arm},${arm === 'control' ? 'no' : 'yes'},${stratum}`);
    counts.set(arm, counts.get(arm)! + 1);
    facts.push({ id, arm, bought: spent > 0 ? 1 : 0, spent, spentBefore, stratum });
  }
  // The last day of the month is reached by somebody who is not in the campaign.
  buy('stranger', sent + 29, 5);
  return { arms, orders: `${orders.join('\n')}\n`, counts, facts };
}
