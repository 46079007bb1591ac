import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { sectionOf } from '$lib/core/predictions/report';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import { readAssignments } from '$lib/core/predictions/uplift/assignments';
import { effectOf } from '$lib/core/predictions/uplift/measures/atShare';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { toolsOf } from '../../../support/tools';
import { facts } from '../../shop/shippedShop';
import { openSampleCampaign } from './sampleCampaign';

const target = { treated: 'campaign_received', control: 'campaign_held_out', event: 'order_completed', withinDays: 30 };

describe('the letter of the sample shop', () => {
  let shop: Awaited<ReturnType<typeof openSampleCampaign>>;
  beforeAll(async () => void (shop = await openSampleCampaign()), 60_000);
  afterAll(() => shop.store.close());

  it('has the planted effect in every segment, within its interval', async () => {
    const assigned = await readAssignments(shop.scope, target, '2026-11-01T00:00:00', quietContext());
    expect(assigned.campaigns).toEqual([facts.truth.experiment.campaign]);
    expect(assigned.leftOut).toEqual({ oneArmed: 8, bothArms: 0, unobserved: 0 });
    const outcome = assigned.times.map((times) => (times > 0 ? 1 : 0));
    for (const { id, effectPoints } of facts.truth.experiment.segments) {
      const rows = [...outcome.keys()].filter((row) => shop.segmentOf.get(assigned.userIndexes[row]) === id);
      const { treated, uplift, low, high } = effectOf({ treated: assigned.treated, outcome }, rows);
      expect(treated).toBe(facts.experiment[id].treated);
      expect(Math.abs(100 * uplift - effectPoints)).toBeLessThan(0.35);
      expect(low).toBeLessThan(effectPoints / 100);
      expect(high).toBeGreaterThan(effectPoints / 100);
    }
  });

  it(
    'is learnt: what is promised of persuadables lies within what was observed of them, on people of whom nothing was learnt',
    { timeout: 240_000 },
    async () => {
      const spec: PredictionSpec = { id: 'letter', kind: 'prediction', task: 'uplift', target, options: { trees: 25, plannedPercent: 50 } };
      const tensors = await openNodeTensors();
      const { report, outputs } = await trainPrediction(
        shop.scope,
        spec,
        1,
        toolsOf(async () => tensors),
        quietContext(),
      );
      const { average, people } = sectionOf(report, 'uplift')!;
      const planted = facts.truth.experiment.segments.map(({ id, effectPoints }) => [facts.experiment[id].treated, effectPoints / 100]);
      const mean = planted.reduce((sum, [n, effect]) => sum + n * effect, 0) / planted.reduce((sum, [n]) => sum + n, 0);
      expect(people).toBe(14_415);
      expect(Math.abs(average.uplift - mean)).toBeLessThan(0.003);
      const persuadable = sectionOf(report, 'uplift-segments')!.tested.find(({ segment }) => segment === 'persuadable')!;
      expect(persuadable.predicted).toBeGreaterThan(persuadable.low);
      expect(persuadable.predicted).toBeLessThan(persuadable.high);
      const { verdict, ratio, guess } = sectionOf(report, 'randomisation')!;
      expect(ratio!.p).toBeGreaterThan(0.9);
      expect(verdict).toBe('random');
      expect(guess!.auc).toBeLessThan(0.53);
      expect([...outputs.segment].every((place) => [0, 1, 2, 3].includes(place) || Number.isNaN(place))).toBe(true);
    },
  );
});
