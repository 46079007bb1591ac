import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { CampaignResult } from '$lib/core/results/campaignResult';
import { parseArguments } from '../../../src/cli/arguments';
import { results } from '../../../src/cli/results';
import { armsCsv, campaignShop, exportedShop } from '../../support/campaignShop';
import { teaShopCsv } from '../../support/teaShop';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-results-'));
afterAll(() => rmSync(folder, { recursive: true }));
const published = (name: string) => fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url));
const [cookieCats, hillstrom] = [published('cookie-cats/cookie_cats.csv'), published('hillstrom/hillstrom.csv')];

/** The command without a process of its own. */
async function run(...words: string[]): Promise<{ code: number; printed: string; notes: string[] }> {
  const printed: string[] = [];
  const notes: string[] = [];
  const io = { print: (line: string) => void printed.push(line), note: (line: string) => void notes.push(line), run: quietContext() };
  const code = await results.run(parseArguments(results, words), {
    ...io,
    path: (given) => (given.startsWith('/') ? given : join(folder, given)),
  });
  return { code, printed: printed.join('\n'), notes };
}
const json = async (...words: string[]): Promise<CampaignResult> => JSON.parse((await run(...words, '--json')).printed);

describe('muster results', () => {
  writeFileSync(join(folder, 'manifest.json'), exportedShop().manifest);
  writeFileSync(join(folder, 'coupon.arms.csv'), armsCsv());
  writeFileSync(join(folder, 'orders.csv'), campaignShop.orders);

  it('measures an export by a file of orders, and says it in words', async () => {
    const { code, printed, notes } = await run('--export', '.', '--outcomes', 'orders.csv', '--margin', '.4');
    expect(code).toBe(0);
    expect(printed).toMatch(/^Coupon, 2026-05-01 to 2026-05-30 \(30 days\)\ncoupon brought .* more buyers per 100 people/);
    expect(printed).toContain('incremental revenue');
    expect(notes).toEqual([expect.stringContaining('"stranger"')]);
  });

  it('ends with 1 where the split is not the one that was meant', async () => {
    const arms = armsCsv(campaignShop.arms.filter((line, i) => !line.includes('control') || i % 16 === 0));
    writeFileSync(join(folder, 'few.csv'), campaignShop.orders);
    const other = mkdtempSync(join(tmpdir(), 'muster-results-'));
    writeFileSync(join(other, 'manifest.json'), exportedShop().manifest);
    writeFileSync(join(other, 'coupon.arms.csv'), arms);
    const { code, printed } = await run('--export', other, '--outcomes', 'orders.csv');
    rmSync(other, { recursive: true });
    expect(code).toBe(1);
    expect(printed).toContain('Nothing can be said of coupon');
  });

  it('wants to know who was held out', async () => {
    await expect(run('--outcomes', 'orders.csv')).rejects.toMatchObject({ code: 'results_no_arms' });
    await expect(run('--export', '.', '--audience', 'x', '--outcomes', 'orders.csv')).rejects.toMatchObject({
      code: 'results_audience_unknown',
    });
    await expect(run('--export', '.', '--outcomes', 'orders.csv', '--margin', '40')).rejects.toMatchObject({ code: 'argument_between' });
  });
});

describe('muster results of a plan', () => {
  const plan = (asOf: string) => `
muster: 2
name: Tea test
asOf: ${asOf}
sources:
  - { id: orders, files: [till.csv] }
segments:
  - id: everybody
    rule: { trait: orders, atLeast: 1 }
audiences:
  - id: mail
    from: everybody
    experiment: { salt: winter, holdOut: 0.4, arms: [{ id: a, share: 0.4 }, { id: b, share: 0.2 }] }
exports:
  - { audience: mail, destination: csv }
`;

  it('measures what muster run wrote by what the data says has happened since', async () => {
    writeFileSync(join(folder, 'till.csv'), teaShopCsv());
    writeFileSync(join(folder, 'january.yaml'), plan('2026-02-01'));
    writeFileSync(join(folder, 'later.yaml'), plan('latest'));
    expect((await muster(['run', 'january.yaml', '--out', 'mailed'], folder)).code).toBe(0);
    const result = await json('later.yaml', '--export', 'mailed', '--days', '14');
    expect(result.span).toEqual({ from: '2026-02-01', to: '2026-02-14' });
    expect(result.arms.map(({ id }) => id)).toEqual(['control', 'a', 'b']);
    // The plan beside the manifest says how many each arm was to have.
    const people = result.arms.reduce((sum, arm) => sum + arm.people, 0);
    expect(result.sampleRatio!.arms.map(({ expected }) => expected / people)).toEqual(
      [0.4, 0.4, 0.2].map((share) => expect.closeTo(share, 9)),
    );
    const lines = teaShopCsv().split('\n').map((line) => line.split(',')); // prettier-ignore
    const held = readFileSync(join(folder, 'mailed', 'mail.arms.csv'), 'utf8').split('\n').filter((line) => line.includes(',control,')); // prettier-ignore
    const orders = lines.filter(
      ([id, , , time]) => time >= '2026-02-01' && time < '2026-02-15' && held.some((line) => line.startsWith(`${id},`)),
    );
    expect(result.arms[0].sums.orders).toBe(new Set(orders.map((line) => line[6])).size);
    await expect(run('january.yaml', '--export', 'mailed')).rejects.toMatchObject({ code: 'results_no_later_events' });
    expect(await json('later.yaml')).toEqual([]);
  }, 60_000);

  it('wants one source of outcomes', async () => {
    await expect(run('later.yaml', '--outcomes', 'orders.csv')).rejects.toMatchObject({ code: 'results_two_outcomes' });
    await expect(run('--export', '.')).rejects.toMatchObject({ code: 'results_no_outcomes' });
  });
});

describe.skipIf(!existsSync(cookieCats))('Cookie Cats (skipped where ../shared/data/cookie-cats is missing)', () => {
  const arm = ['--arm', 'version', '--control', 'gate_30'];

  it('comes to the published difference, interval and p of retention after a week, and to the p of the split', async () => {
    const { sampleRatio, results } = await json('--outcomes', cookieCats, ...arm, '--metrics', 'retention_7,retention_1');
    const [week, day] = results[0].metrics;
    expect(week.effect.p.toFixed(4)).toBe('0.0016');
    expect([week.effect.difference, week.effect.low, week.effect.high].map((each) => (100 * each).toFixed(2))).toEqual([
      '-0.82',
      '-1.33',
      '-0.31',
    ]);
    expect(day.effect.p.toFixed(4)).toBe('0.0744');
    expect(sampleRatio!.p.toFixed(4)).toBe('0.0086');
    expect(results[0].verdict.code).toBe('fewer');
  });

  it('comes to the same where the arms are an export and the table its outcomes', async () => {
    const [, ...lines] = readFileSync(cookieCats, 'utf8').trimEnd().split(/\r?\n/);
    const arms = lines.map((line) => line.split(',')).map(([id, version]) => `${id},${version === 'gate_30' ? 'control' : 'gate_40'},yes,`);
    const exported = exportedShop('', { people: { control: 0, gate_40: 0 } });
    writeFileSync(join(folder, 'manifest.json'), exported.manifest.replace('"hold_out":0.25', '"hold_out":0.5'));
    writeFileSync(join(folder, 'coupon.arms.csv'), armsCsv(arms));
    const words = ['--export', '.', '--outcomes', cookieCats, '--map', 'user=userid', '--metrics', 'retention_7'];
    const { sampleRatio, results } = await json(...words);
    expect(results[0].metrics[0].effect.p.toFixed(4)).toBe('0.0016');
    expect(sampleRatio!.p.toFixed(4)).toBe('0.0086');
  });
});

describe.skipIf(!existsSync(hillstrom))('Hillstrom (skipped where ../shared/data/hillstrom is missing)', () => {
  it('comes to the published effects of both mails', async () => {
    const words = ['--outcomes', hillstrom, '--arm', 'segment', '--control', 'No E-Mail'];
    const { results } = await json(...words, '--metrics', 'visit,spend', '--money', 'spend', '--before', 'history', '--by', 'zip_code');
    const found = results.map(({ arm, metrics: [visit, spend] }) => [
      arm,
      (100 * visit.effect.difference).toFixed(2),
      spend.effect.difference.toFixed(3),
    ]);
    expect(found).toEqual([
      ['Mens E-Mail', '7.66', '0.770'],
      ['Womens E-Mail', '4.52', '0.424'],
    ]);
    expect(results[0].strata!.groups.map(({ name }) => name)).toEqual(['Rural', 'Surburban', 'Urban']);
    for (const { metrics } of results) for (const { effect, adjustedP } of metrics) expect(adjustedP).toBeGreaterThanOrEqual(effect.p);
  });
});
