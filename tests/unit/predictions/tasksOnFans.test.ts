import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { Tensors } from '$lib/core/math/tensors';
import { comparePredictions } from '$lib/core/predictions/comparePredictions';
import { readFeatures } from '$lib/core/predictions/features';
import { personDrivers } from '$lib/core/predictions/personDrivers';
import { sectionOf } from '$lib/core/predictions/report';
import { scoreAgain } from '$lib/core/predictions/scoreEveryone';
import { putScores } from '$lib/core/predictions/scoresTable';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { predictionStaleReasons } from '$lib/core/predictions/staleness';
import { churnRhythm } from '$lib/core/predictions/tasks/churnRhythm';
import { trainPrediction, type PredictionResult } from '$lib/core/predictions/trainPrediction';
import { addDays } from '$lib/core/schema/asOf';
import { numbersOf } from '$lib/core/store/columns';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { openTinyShop, type TinyEvent, type TinyShop } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';
import { asOf, firstDay, makeShop } from './fanShop';

const target = { event: 'order_completed', withinDays: 14 };
const spec = (over: Partial<PredictionSpec>): PredictionSpec => ({
  id: 'asked',
  kind: 'prediction',
  task: 'propensity',
  learner: 'logistic',
  options: {},
  target,
  ...over,
});

let store: TableStore;
let tensors: Tensors;
const tools = toolsOf(async () => tensors);
type Scope = Awaited<ReturnType<typeof openTinyShop>>;
beforeAll(async () => void ([store, tensors] = [await openNativeStore({ threads: 2 }), await openNodeTensors()]), 60_000);
afterAll(() => store.close());

const open = (shop: TinyShop, at = asOf) => openTinyShop(store, shop, at);
const train = (scope: Scope, given: Partial<PredictionSpec>) => trainPrediction(scope, spec(given), 1, tools, quietContext());
const codeOf = async (asked: Promise<unknown>) => ((await asked.catch((error: unknown) => error)) as { code?: string }).code;
function meanOf({ ids }: Scope, values: ArrayLike<number>, kind: string): number {
  const own = Array.from(values).filter((value, user) => ids[user].startsWith(kind) && !Number.isNaN(value));
  return own.reduce((sum, value) => sum + value, 0) / own.length;
}

describe('who has stopped by their own rhythm', () => {
  const bought = (user: string, days: number[]): TinyEvent[] =>
    days.map((day) => ({ user, event: 'order_completed', at: `${addDays(firstDay, day)}T12:00:00`, value: 5, order: `${user}${day}` }));

  it('waits for twice the usual interval, counted from the last purchase', async () => {
    // Ann comes every ten days and was here ten days ago; Bo every two, and is overdue; Cy has no rhythm yet.
    const at = `${addDays(firstDay, 30)}T00:00:00`;
    const scope = await open({ events: [...bought('ann', [0, 10, 20]), ...bought('bo', [0, 2, 4, 6]), ...bought('cy', [1, 20])] }, at);
    const table = await readFeatures(scope, at);
    const options = { limit: 'median', times: 2, quantile: 0.9, atLeastDays: 7, longestDays: 60 };
    const { rows, known } = await churnRhythm.among!(scope, table, target, options, quietContext());
    expect([...known!.daysLeft]).toEqual([11, 7 - 24 + 1, NaN]);
    expect([...known!['']]).toEqual([NaN, 1, NaN]);
    expect([...rows]).toEqual([0]);
    // On day 30 + 10 she is still in time; a day later she is not.
    for (const [day, gone] of [
      [40, 0],
      [41, 1],
    ]) {
      const later = await open({ events: [...bought('ann', [0, 10, 20, day])] }, `${addDays(firstDay, 60)}T00:00:00`);
      const seen = await readFeatures(later, at);
      expect(await churnRhythm.label(later, seen, target, quietContext(), options)).toEqual({
        kind: 'binary',
        values: Uint8Array.of(gone),
      });
    }
  });

  it('is told of everybody with a rhythm: surely of those long gone, rarely of fans', async () => {
    const scope = await open(makeShop());
    const { outputs, report } = await train(scope, { task: 'churn-rhythm', target: { event: target.event } });
    expect(meanOf(scope, outputs.score, 'gone')).toBeGreaterThan(0.95);
    // Fans who are past their limit count as gone, too; the others mostly come.
    const inTime = outputs.score.map((score, user) => (outputs.daysLeft[user] > 0 ? score : NaN));
    expect(meanOf(scope, inTime, 'fan')).toBeLessThan(0.5);
    expect(meanOf(scope, outputs.score, 'looker')).toBeNaN();
    expect(sectionOf(report, 'ranking')!.baseline.id).toBe('longest-silent-first');
  });

  it('is refused with a sentence where everybody bought once', async () => {
    const once = Array.from({ length: 300 }, (_, n) => bought(`user-${n}`, [n % 140])).flat();
    expect(await codeOf(train(await open({ events: once }), { task: 'churn-rhythm', target: { event: target.event } }))).toBe(
      'churn_no_rhythm',
    );
  });
});

describe('when the next purchase comes', () => {
  it('finds the pace that the shop was made with', async () => {
    const scope = await open(makeShop());
    const { outputs, report } = await train(scope, { task: 'next-purchase' });
    // A fan comes on any day with the chance 1 − exp(−1/11).
    const by = (days: number) => 1 - Math.exp(-1 / 11) ** days;
    expect(meanOf(scope, outputs.within7, 'fan')).toBeCloseTo(by(7), 1);
    expect(Math.abs(meanOf(scope, outputs.within30, 'fan') - by(30))).toBeLessThan(0.06);
    // Half of the fans are expected within about a week.
    const fans = Float64Array.from(outputs.score).filter((_, user) => scope.ids[user].startsWith('fan'));
    const middle = fans.sort()[fans.length >> 1];
    expect(middle).toBeGreaterThan(4);
    expect(middle).toBeLessThan(14);
    expect(meanOf(scope, outputs.score, 'gone')).toBeGreaterThan(100);
    const { horizons, concordance, baseline } = sectionOf(report, 'horizons')!;
    expect(horizons.map(({ days }) => days)).toEqual([7, 14]);
    for (const { predicted, observed } of horizons) expect(Math.abs(predicted - observed)).toBeLessThan(0.06);
    // Nothing but who is a fan tells them apart here, and the last order says that best.
    expect(concordance).toBeGreaterThan(0.8);
    expect(baseline.concordance).toBeGreaterThan(0.8);
    expect(sectionOf(report, 'diagnostics')!.findings.map(({ code }) => code)).toContain('beyond_watched');
  });
});

describe('how much they will spend', () => {
  it('is a chance times an amount, and adds up to what came', async () => {
    const scope = await open(makeShop());
    const { outputs, report } = await train(scope, { task: 'spend' });
    outputs.score.forEach((value, user) => {
      if (!Number.isNaN(value)) expect(value).toBeCloseTo(outputs.chance[user] * outputs.amount[user], 3);
    });
    expect(meanOf(scope, outputs.score, 'fan')).toBeGreaterThan(10 * meanOf(scope, outputs.score, 'looker'));
    const amounts = sectionOf(report, 'amounts')!;
    expect(Math.abs(amounts.predicted / amounts.actual - 1)).toBeLessThan(0.3);
    expect(amounts.tenths.reduce((sum, { actual }) => sum + actual, 0)).toBeCloseTo(amounts.actual, 6);
    expect(amounts.gini).toBeGreaterThan(0.5);
  });

  it('is refused where nothing has a price', async () => {
    const { events } = makeShop();
    const free = await open({ events: events.map(({ value: _, ...event }) => event) });
    expect(await codeOf(train(free, { task: 'spend' }))).toBe('spend_no_money');
  });
});

describe('trees', () => {
  it('tell times and amounts as any learner of yes or no does, and why for one person', async () => {
    const scope = await open(makeShop());
    const tree = { learner: 'gradient-boosting', options: { trees: 30 } };
    const soon = await train(scope, { ...tree, task: 'next-purchase' });
    expect(meanOf(scope, soon.outputs.within7, 'fan')).toBeGreaterThan(4 * meanOf(scope, soon.outputs.within7, 'gone'));
    const amount = await train(scope, { ...tree, task: 'spend' });
    expect(sectionOf(amount.report, 'amounts')!.spearman).toBeGreaterThan(0.4);
    const fan = scope.ids.findIndex((id) => id.startsWith('fan'));
    const why = (await personDrivers(scope, amount.state!, fan, tools, quietContext()))!;
    expect(why).toMatchObject({ way: 'without', unit: 'value', score: amount.outputs.score[fan] });
    expect(why.parts.length).toBeGreaterThan(0);
  });
});

describe('of one category or item', () => {
  const shop = (): TinyShop => {
    const { events, users } = makeShop();
    // Every other fan drinks oolong only, the others green tea.
    const drinks = (user: string) => (Number(user.slice(-3)) % 2 ? 'oolong' : 'green');
    return {
      users,
      items: [
        { id: 'oolong', category: 'Tea / Oolong' },
        { id: 'green', category: 'Tea / Green' },
        { id: 'pot', category: 'Teapots' },
      ],
      events: events.map((event) => (event.order ? { ...event, item: drinks(event.user) } : event)),
    };
  };
  const rateOf = (made: PredictionResult) => sectionOf(made.report, 'ranking')!.positives;

  it('asks who buys it, a category holding those below it', async () => {
    const scope = await open(shop());
    const anything = rateOf(await train(scope, {}));
    expect(rateOf(await train(scope, { target: { ...target, category: 'Tea' } }))).toBe(anything);
    const oolong = await train(scope, { target: { ...target, category: 'Tea / Oolong' } });
    const green = await train(scope, { target: { ...target, item: 'green' } });
    expect(rateOf(oolong) + rateOf(green)).toBe(anything);
    // What they bought says which of them it will be.
    const mean = (odd: number) => {
      const own = Array.from(oolong.outputs.score).filter(
        (_, user) => scope.ids[user].startsWith('fan') && Number(scope.ids[user].slice(-3)) % 2 === odd,
      );
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    expect(mean(1)).toBeGreaterThan(4 * mean(0));
  });

  it('is refused where nobody bought it, or where it is not there', async () => {
    const scope = await open(shop());
    for (const of of [{ item: 'pot' }, { category: 'Coffee' }, { item: "x' OR TRUE --" }])
      expect(await codeOf(train(scope, { target: { ...target, ...of } }))).toBe('prediction_nothing_of');
  });
});

describe('a report that is read', () => {
  it('makes exactly the audience that it speaks of, and says how it came out before', async () => {
    const scope = await open(makeShop());
    const { report, outputs } = await train(scope, {});
    const { today, test } = sectionOf(report, 'depth')!;
    await putScores(store, 'made', outputs);
    for (const { customers, threshold } of [today[3], today[Math.floor(today.length / 2)], today.at(-1)!]) {
      const found = await store.query(
        sql`SELECT count(*)::INTEGER AS n FROM made WHERE score >= ${JSON.parse(JSON.stringify(threshold)) as number}`,
      );
      expect(numbersOf(found, 'n')[0]).toBe(customers);
    }
    const ranking = sectionOf(report, 'ranking')!;
    expect(test.at(-1)).toMatchObject({ customers: ranking.rows, happened: ranking.positives, baseline: ranking.positives });
    expect(ranking.interval!.low).toBeLessThan(ranking.auc);
  });

  it('holds the model against every date, and today against what it learnt from', async () => {
    const scope = await open(makeShop());
    const { report, state } = await train(scope, {});
    const { points } = sectionOf(report, 'stability')!;
    expect(points.map(({ at }) => at)).toEqual([
      ...report.protocol.cutoffs!.train,
      report.protocol.cutoffs!.validation,
      report.protocol.cutoffs!.test,
    ]);
    expect(points.at(-1)!.auc).toBeCloseTo(sectionOf(report, 'ranking')!.auc, 12);
    // A year later everybody has been silent for long: what it goes by has shifted, and that is said without learning.
    const later = { ...scope, asOf: `${addDays(firstDay, 500)}T00:00:00` };
    const again = await scoreAgain(later, spec({}), { report, state: state! }, tools, quietContext());
    const [before, after] = [report, again.report].map((each) => sectionOf(each, 'drift')!);
    expect(after.features[0].psi).toBeGreaterThan(1);
    expect(after.shifted).toBeGreaterThanOrEqual(before.shifted);
    expect(after.score).toBeGreaterThan(before.score);
    const silent = after.features.find(({ feature }) => feature === 'daysSinceLastEvent')!;
    expect(silent.now).toBeGreaterThan(silent.then! + 300);
    expect(sectionOf(again.report, 'depth')!.today.at(-1)!.expected).toBeLessThan(sectionOf(report, 'depth')!.today.at(-1)!.expected);
    expect(sectionOf(again.report, 'depth')!.test).toEqual(sectionOf(report, 'depth')!.test);
  });

  it('says how good it is in the segments of that day', async () => {
    const scope = await open(makeShop());
    const { Bitset } = await import('$lib/core/base/bitset');
    const asked: string[] = [];
    const segmentsAt = async (at: string) => {
      asked.push(at);
      const fans = scope.ids.flatMap((id, user) => (id.startsWith('fan') ? [user] : []));
      return [
        { segment: 'fans', members: Bitset.of(scope.users, fans) },
        { segment: 'nobody', members: new Bitset(scope.users) },
      ];
    };
    const { report } = await trainPrediction({ ...scope, segmentsAt }, spec({}), 1, tools, quietContext());
    expect(asked).toEqual([report.protocol.cutoffs!.test]);
    const { segments } = sectionOf(report, 'segment-quality')!;
    expect(segments).toHaveLength(1);
    expect(segments[0]).toMatchObject({ segment: 'fans', rows: 100 });
    expect(segments[0].observed).toBeGreaterThan(0.5);
  });

  it('leaves out the traits that it was told to', async () => {
    const scope = await open(makeShop());
    const leaveOut = ['daysSinceLastOrder', 'orders'];
    const { report } = await train(scope, { leaveOut });
    const drivers = sectionOf(report, 'drivers')!.drivers.map(({ feature }) => feature);
    expect(drivers.some((name) => leaveOut.some((id) => name.startsWith(id)))).toBe(false);
    expect(report.protocol.leaveOut).toEqual(leaveOut);
    const now = { dataHash: scope.dataHash, asOf, seed: 1 };
    expect(predictionStaleReasons(report, spec({ leaveOut }), now)).toEqual([]);
    expect(predictionStaleReasons(report, spec({}), now)).toEqual(['model']);
    // What an outcome is worth changes no score.
    const campaign = { costPerContact: 1, marginPerOutcome: 9 };
    expect(predictionStaleReasons(report, spec({ leaveOut, campaign }), now)).toEqual([]);
  });

  it('warns of a test of which little came, and refuses one of which nothing did', async () => {
    const { events, users } = makeShop();
    const few = (end: number) => events.filter(({ user, event }) => event !== 'order_completed' || Number(user.slice(-3)) < end);
    const { report } = await train(await open({ users, events: few(60) }), {});
    expect(sectionOf(report, 'diagnostics')!.findings.find(({ code }) => code === 'few_outcomes')!.values!.did).toBeLessThan(30);
    expect(await codeOf(train(await open({ users, events: few(3) }), {}))).toBe('propensity_too_few');
    const looking = events.map((event) =>
      event.event === 'product_viewed' ? event : { ...event, event: 'product_viewed', order: undefined },
    );
    expect(await codeOf(train(await open({ users, events: looking }), {}))).toBe('propensity_event_never');
  });
});

describe('models of one question', () => {
  it('are held against each other on the same customers, and not across questions', async () => {
    const scope = await open(makeShop());
    const specs = [
      spec({ id: 'all' }),
      spec({ id: 'blind', leaveOut: ['daysSinceLastOrder', 'daysSinceLastEvent', 'events', 'activeDays'] }),
    ];
    const models = [];
    for (const each of specs) {
      const { report, state } = await trainPrediction(scope, each, 1, tools, quietContext());
      models.push({ spec: each, report, state: state! });
    }
    const found = await comparePredictions(scope, models, tools, quietContext());
    expect(found.rows).toBe(300);
    // Each is what its own report says.
    for (const { report } of models)
      expect(found.models.find(({ id }) => id === report.modelId)!.auc.value).toBeCloseTo(sectionOf(report, 'ranking')!.auc, 12);
    const [{ best, other, auc }] = found.differences;
    expect([best, other]).toEqual(found.models.map(({ id }) => id));
    expect(auc.low).toBeLessThanOrEqual(auc.value);
    const elsewhere = spec({ id: 'other', target: { ...target, withinDays: 10 } });
    const { report, state } = await trainPrediction(scope, elsewhere, 1, tools, quietContext());
    const unlike = comparePredictions(scope, [models[0], { spec: elsewhere, report, state: state! }], tools, quietContext());
    expect(await codeOf(unlike)).toBe('predictions_unlike');
    expect(await codeOf(comparePredictions(scope, models.slice(1), tools, quietContext()))).toBe('predictions_compare_few');
  });
});
