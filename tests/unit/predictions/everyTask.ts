import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bitset } from '$lib/core/base/bitset';
import { UserError } from '$lib/core/base/errors';
import { quietContext } from '$lib/core/base/run';
import type { Tensors } from '$lib/core/math/tensors';
import { learnersFor } from '$lib/core/predictions/learners/catalogue';
import { resolveSpec } from '$lib/core/predictions/options';
import { modelOfTrait } from '$lib/core/predictions/modelOfTrait';
import { outputsOf } from '$lib/core/predictions/outputs';
import { putScores } from '$lib/core/predictions/scoresTable';
import { scoreEveryone } from '$lib/core/predictions/scoreEveryone';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { peopleOf } from '$lib/core/predictions/tasks/catalogue';
import type { PredictionTask } from '$lib/core/predictions/tasks/task';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import { openProfiles } from '$lib/core/profiles/materialize';
import { addDays } from '$lib/core/schema/asOf';
import { DerivedCache } from '$lib/core/store/derivedCache';
import { identifier, sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';
import { firstDay, makeShop } from './fanShop';

/** What every task of the catalogue must do, learnt or computed. */
export function everyTaskMust(task: PredictionTask, openTensors: () => Promise<Tensors>): void {
  const learner = task.labels === null ? undefined : learnersFor(task)[0].id;
  const spec: PredictionSpec = {
    id: 'asked',
    kind: 'prediction',
    task: task.id,
    ...(learner ? { learner } : {}),
    target: Object.fromEntries(
      [...task.asks, ...(task.may?.includes('positive') ? ['positive' as const] : [])].map((part) => [
        part,
        ({
          event: 'order_completed',
          withinDays: 14,
          segment: 'fans',
          traits: ['orders', 'revenue', 'daysSinceLastEvent'],
          treated: 'campaign_received',
          control: 'campaign_held_out',
          attribute: task.id === 'known-number' ? 'points' : 'country',
          positive: 'CN',
        } as PredictionSpec['target'])![part],
      ]),
    ) as unknown as PredictionSpec['target'],
    // The default fits dozens of models; its own tests do.
    options: task.options.some(({ name }) => name === 'metaLearner') ? { metaLearner: 't-learner' } : {},
  };
  // In the middle of what the shop knows, so that there is a future to be kept from.
  const asOf = `${addDays(firstDay, 100)}T00:00:00`;

  describe(`task ${task.id}`, () => {
    let store: TableStore;
    beforeAll(async () => void (store = await openNativeStore({ threads: 2 })));
    afterAll(() => store.close());

    /** Some orders have a coupon, and everything a channel, for tasks that look at these. */
    const withSigns = (events: TinyEvent[]) =>
      events.flatMap((event, i): TinyEvent[] => {
        const said = { ...event, channel: i % 3 ? 'app' : 'email' };
        return event.order && i % 4 === 0 ? [said, { user: event.user, event: 'coupon_applied', at: event.at }] : [said];
      });
    /** Everybody has points, of tasks that learn a number of the customers. */
    const withPoints = async () => {
      if (spec.target?.attribute !== 'points') return;
      await store.execute(sql`ALTER TABLE users ADD COLUMN points DOUBLE`);
      await store.execute(sql`UPDATE users SET points = ascii(right(user_id, 1)) % 7 + CASE WHEN user_id LIKE 'fan%' THEN 20 ELSE 0 END`);
    };
    const open = async () => {
      const { events, users } = makeShop();
      const campaign = task.asks.includes('treated') ? campaignOf(Object.keys(users!)) : [];
      const shop = { events: [...withSigns(events), ...campaign], users: { ...users, 'zoe-new': { country: 'CN' } } };
      const scope = await openTinyShop(store, shop, asOf);
      await withPoints();
      return scope;
    };
    /** The fans, where a task compares people with a segment; by id, whatever their numbers are. */
    const seed = async () => {
      const fans = await store.query(sql`SELECT user_index FROM users WHERE user_id LIKE 'fan%'`);
      const numbers = fans.getChild('user_index')!.toArray() as Int32Array;
      return { members: Bitset.of(Math.max(...numbers) + 1, numbers), traits: [], definition: 'fans', scores: {} };
    };
    /** Everybody as the tables are now: a test may have changed them since the scope was opened. */
    let states = 0;
    const people = async (scope: Awaited<ReturnType<typeof open>>) => ({
      ...scope,
      ...(await openProfiles({ ...scope, cache: new DerivedCache(), dataKey: `state ${states++}` }, { traits: [], scores: new Map() })),
    });
    const train = (scope: Awaited<ReturnType<typeof open>>, given = spec) =>
      trainPrediction({ ...scope, seed, people: () => people(scope) }, given, 1, toolsOf(openTensors), quietContext());

    it('says what it asks, what it gives and what can be set, as data', () => {
      const names = task.outputs.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeGreaterThan(0);
      for (const { traitId, name } of outputsOf(spec)) expect(modelOfTrait(traitId)).toEqual({ modelId: 'asked', output: name });
      for (const option of task.options) expect(option.what).toMatch(/^[A-Z].*\.$/s);
      for (const { options } of task.labels === null ? [] : learnersFor(task)) {
        const own = task.options.map((option) => option.name);
        expect(options.filter((option) => own.includes(option.name) || option.name === 'calibrate')).toEqual([]);
      }
    });

    it('gives one number for each person number, the same again for the same seed', async () => {
      const scope = await open();
      const { outputs } = await train(scope);
      expect(Object.keys(outputs).sort()).toEqual(
        outputsOf(spec)
          .map(({ column }) => column)
          .sort(),
      );
      for (const values of Object.values(outputs)) {
        expect(values).toHaveLength(scope.users);
        // Zoe signed up and did nothing yet.
        expect(Number.isNaN(values[scope.ids.indexOf('zoe-new')])).toBe(peopleOf(task) === 'active');
        expect(values.filter((value) => Number.isFinite(value)).length).toBeGreaterThan(100);
      }
      expect((await train(scope)).outputs).toEqual(outputs);
    });

    it('says the same of people under other numbers, with gaps between', async () => {
      const { outputs: dense, ...before } = { ...(await train(await open())) };
      const scope = await open();
      for (const table of ['events', 'users'])
        await store.execute(sql`UPDATE ${identifier(table)} SET user_index = (${scope.users - 1} - user_index) * 3 + 5`);
      const { outputs, report } = await train({ ...scope, users: 3 * scope.users + 9 });
      for (const [column, values] of Object.entries(dense)) {
        expect(outputs[column]).toHaveLength(3 * scope.users + 9);
        values.forEach((value, user) => expect(outputs[column][3 * (scope.users - 1 - user) + 5]).toBe(value));
        expect(outputs[column][0]).toBeNaN();
      }
      expect(report.sections).toEqual(before.report.sections);
    });

    it('sees nothing at or after asOf', async () => {
      const scope = await open();
      const { outputs, report } = await train(scope);
      await store.execute(sql`DELETE FROM events WHERE local_ts >= ${asOf}::TIMESTAMP`);
      const after = await train(scope);
      expect(after.outputs).toEqual(outputs);
      expect(after.report.sections).toEqual(report.sections);
    });

    it('is reported in one document of typed sections, which JSON holds whole', async () => {
      const scope = await open();
      const { report, outputs, state } = await train(scope);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
      expect(report).toMatchObject({ version: 2, modelId: 'asked', task: task.id, learner: learner ?? null });
      const { protocol, sections } = report;
      expect(protocol).toMatchObject({ target: spec.target, seed: 1, asOf, observedTo: asOf, dataHash: scope.dataHash });
      expect(protocol.options).toEqual(resolveSpec(spec).options);
      const kinds = sections.map(({ kind }) => kind);
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(kinds).toContain('outputs');
      expect(state === null).toBe(task.labels === null && task.again === undefined);
      await putScores(store, 'made', outputs);
      const [columns] = (await store.query(sql`SELECT * FROM made LIMIT 1`)).toArray().map((row) => Object.keys(row.toJSON() as object));
      expect(columns).toEqual(['user_index', ...outputsOf(spec).map(({ column }) => column)]);
    });

    if (task.labels !== null || task.again)
      it('says the same again from a copy of what it has learnt, without learning', async () => {
        const scope = await open();
        const { outputs, state } = await train(scope);
        const saved = { ...structuredClone(state!), meta: JSON.parse(JSON.stringify(state!.meta)) as NonNullable<typeof state>['meta'] };
        const again = { ...scope, people: () => people(scope) };
        expect(await scoreEveryone(again, spec, saved, 1, toolsOf(openTensors), quietContext())).toEqual(outputs);
      });

    it('refuses what it cannot answer, with a sentence', async () => {
      const scope = await open();
      for (const part of task.asks) {
        const { [part]: _, ...target } = spec.target!;
        const incomplete = { ...spec, target: target as PredictionSpec['target'] };
        await expect(train(scope, incomplete)).rejects.toMatchObject({ code: 'prediction_target_missing' });
      }
      if (task.asks.includes('event')) {
        await expect(train(scope, { ...spec, target: { ...spec.target!, event: 'never_seen' } })).rejects.toBeInstanceOf(UserError);
      }
      await expect(train(scope, { ...spec, options: { weather: 1 } })).rejects.toMatchObject({ code: 'option_unknown' });
    });
  });
}

/** A letter to every other customer on day 60. */
function campaignOf(users: readonly string[]): TinyEvent[] {
  return users.map((user, n) => {
    const event = n % 6 < 3 ? 'campaign_received' : 'campaign_held_out';
    return { user, event, at: `${addDays(firstDay, 60)}T09:00:00`, campaign: 'spring' };
  });
}
