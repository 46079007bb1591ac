import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { sectionOf } from '$lib/core/predictions/report';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import { findBase } from '$lib/core/predictions/uplift/bases';
import { findUpliftLearner } from '$lib/core/predictions/uplift/catalogue';
import { mustFit } from '$lib/core/predictions/uplift/table/upliftTable';
import { addDays } from '$lib/core/schema/asOf';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { openTinyShop } from '../../../support/tinyShop';
import { toolsOf } from '../../../support/tools';
import en from '../../../../messages/en/uplift.json';
import zh from '../../../../messages/zh/uplift.json';
import { asOf, firstDay, makeShop } from '../fanShop';

/** By lot every other customer was written to on day 90: of the first kind of file the column `consent_email` says so. */
const byColumn = {
  arm: 'consent_email',
  treated: 'true',
  control: 'false',
  assignedOn: addDays(firstDay, 90),
  event: 'order_completed',
  withinDays: 14,
};

describe('who was addressed', () => {
  let store: TableStore;
  let scope: Awaited<ReturnType<typeof openTinyShop>>;
  const train = async (target: PredictionSpec['target'], options: PredictionSpec['options'] = {}) => {
    const tensors = await openNodeTensors();
    const spec: PredictionSpec = {
      id: 'letter',
      kind: 'prediction',
      task: 'uplift',
      target,
      options: { metaLearner: 't-learner', ...options },
    };
    return trainPrediction(scope, spec, 1, toolsOf(async () => tensors), quietContext()); // prettier-ignore
  };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(store, makeShop(), asOf);
  });
  afterAll(() => store.close());

  it('is said by a column of the customers and a day, by the name of the column or of its trait', async () => {
    const found = await train(byColumn);
    const [{ treated, control, from }] = sectionOf(found.report, 'randomisation')!.arms;
    expect(treated + control).toBeGreaterThan(250);
    expect(from?.slice(0, 10)).toBe(byColumn.assignedOn);
    expect(sectionOf(found.report, 'randomisation')!.verdict).toBe('random');
    // Whoever was addressed must not be a trait that the model goes by.
    const columns = (found.state!.meta as { columns: { feature: string }[] }).columns;
    expect(columns.length).toBeGreaterThan(5);
    expect(columns.map(({ feature }) => feature)).not.toContain('consentEmail');
    const again = await train({ ...byColumn, arm: 'consentEmail' });
    expect(again.outputs.score).toEqual(found.outputs.score);
  });

  const events = { treated: 'order_completed', control: 'product_viewed', event: 'order_completed', withinDays: 14 };
  it.each<[string, PredictionSpec['target'], PredictionSpec['options']]>([
    ['uplift_arms_same', { ...events, control: events.treated }, {}],
    ['uplift_day_missing', { ...byColumn, assignedOn: undefined }, {}],
    ['uplift_arm_unknown', { ...byColumn, arm: 'letter' }, {}],
    ['uplift_one_campaign', byColumn, { testBy: 'campaign' }],
  ])('is refused with a sentence: %s', async (code, target, options) => {
    await expect(train(target, options)).rejects.toMatchObject({ code, hint: expect.stringMatching(/.\.$/) as string });
    expectWords(code);
  });

  it.each<[string, () => unknown]>([
    ['uplift_base_unknown', () => findBase('oracle')],
    ['uplift_learner_unknown', () => findUpliftLearner('oracle')],
    ['uplift_learner_unfit', () => mustFit(findUpliftLearner('class-transformation'), 'number')],
  ])('is refused with a sentence: %s', (code, ask) => {
    expect(ask).toThrow(expect.objectContaining({ code, hint: expect.stringMatching(/.\.$/) as string }));
    expectWords(code);
  });

  function expectWords(code: string): void {
    for (const words of [en, zh] as Record<string, string>[]) {
      expect(words[`error_${code}`]).toBeTruthy();
      expect(words[`error_${code}_hint`]).toBeTruthy();
    }
  }
});
