import { beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { campaignsInData, trialInWorkspace } from '$lib/core/results/dataCampaigns';
import { measureTrial } from '$lib/core/results/measure';
import type { Trial } from '$lib/core/results/trial';
import { openSampleCampaign } from '../predictions/uplift/sampleCampaign';
import { facts } from '../shop/shippedShop';

const run = quietContext();

describe('the campaign that lies in the sample shop', () => {
  let opened: Awaited<ReturnType<typeof openSampleCampaign>>;
  let trials: Trial[];
  const { experiment } = facts.truth;
  const planted = Object.entries(
    facts.experiment as Record<string, { treated: number; treatedOrdered: number; heldOut: number; heldOutOrdered: number }>,
  );

  beforeAll(async () => {
    opened = await openSampleCampaign();
    trials = await campaignsInData(
      { ...opened.scope, eventNames: ['campaign_received', 'campaign_held_out'] },
      'CNY',
      { days: experiment.windowDays },
      run,
    );
  }, 60_000);

  it('is found, with as many people and buyers in each arm as were planted', async () => {
    expect(trials.map(({ people }) => people.campaign)).toEqual([experiment.campaign]);
    const { arms } = await measureTrial(trials[0], {}, run);
    const sum = (name: 'treated' | 'treatedOrdered' | 'heldOut' | 'heldOutOrdered') =>
      planted.reduce((total, [, each]) => total + each[name], 0);
    expect(arms.map(({ people, sums }) => [people, sums.ordered])).toEqual([
      [sum('heldOut'), sum('heldOutOrdered')],
      [sum('treated'), sum('treatedOrdered')],
    ]);
  });

  it('has an interval that holds the planted effect', async () => {
    const { results } = await measureTrial(trials[0], {}, run);
    const treated = planted.reduce((total, [, each]) => total + each.treated, 0);
    const effect = experiment.segments.reduce((sum, { id, effectPoints }) => {
      const { treated: people } = planted.find(([segment]) => segment === id)![1];
      return sum + (effectPoints / 100) * (people / treated);
    }, 0);
    const [{ effect: found }] = results[0].metrics;
    expect(found.low).toBeLessThan(effect);
    expect(found.high).toBeGreaterThan(effect);
    expect(results[0].metrics[0].cuped!.low).toBeLessThan(effect);
    expect(results[0].metrics[0].cuped!.high).toBeGreaterThan(effect);
  });

  it('comes to the same as an export whose people are found by their ids', async () => {
    const [inData] = trials;
    const found = await trialInWorkspace(opened.scope, inData.people, 'CNY', { days: experiment.windowDays, beforeDays: 30 }, run);
    expect(found.orders).toEqual(inData.orders);
    expect(found.revenue).toEqual(inData.revenue);
    const late = { ...inData.people, from: inData.people.from.map(() => Date.parse('2026-12-01T00:00:00Z') * 1000) };
    await expect(trialInWorkspace(opened.scope, late, 'CNY', {}, run)).rejects.toMatchObject({ code: 'results_no_later_events' });
  });

  it('is not looked for where nobody was ever held out', async () => {
    expect(await campaignsInData({ ...opened.scope, eventNames: ['campaign_received'] }, 'CNY', {}, run)).toEqual([]);
  });
});
