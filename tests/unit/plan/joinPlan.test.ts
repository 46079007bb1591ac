import { describe, expect, it } from 'vitest';
import { joinPlan } from '$lib/core/plan/joinPlan';
import { planSchema } from '$lib/core/plan/schema';
import { planVersion } from '$lib/core/plan/version';
import { planAmong } from '$lib/state/importing/planAmong';

const plan = (part: object) => planSchema.parse({ muster: planVersion, name: 'Tea', timeZone: 'UTC', currency: 'EUR', ...part });
const buyers = { id: 'buyers', rule: { trait: 'orders', atLeast: 1 } };
const often = { id: 'often', rule: { trait: 'orders', atLeast: 5 } };

describe('a plan that is opened', () => {
  const opened = plan({
    name: 'Coffee',
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    seed: 7,
    segments: [{ ...buyers, rule: { trait: 'orders', atLeast: 2 } }, often],
    audiences: [{ id: 'all', from: 'everyone' }],
    exports: [{ audience: 'all', destination: 'csv' }],
    sources: [{ id: 'orders', files: ['orders.csv'] }],
  });

  it('brings its parts in, in place of those of the same id, and leaves the data alone', () => {
    const present = plan({
      segments: [{ id: 'own', rule: { all: [] } }, buyers],
      exports: [],
      sources: [{ id: 'mine', files: ['mine.csv'] }],
    });
    const joined = joinPlan(present, opened, true);
    expect(joined).toMatchObject({ name: 'Tea', currency: 'EUR', timeZone: 'UTC', sources: present.sources });
    expect(joined.segments).toEqual([present.segments[0], opened.segments[0], opened.segments[1]]);
    expect(joined.exports).toHaveLength(1);
    // Opened twice it is there once.
    expect(joinPlan(joined, opened, true)).toEqual(joined);
    expect(planSchema.parse(joined)).toEqual(joined);
  });

  it('gives an empty workspace its name, zone and currency too', () => {
    expect(joinPlan(plan({}), opened, false)).toMatchObject({ name: 'Coffee', currency: 'CNY', timeZone: 'Asia/Shanghai', seed: 7 });
  });
});

describe('a plan among files', () => {
  const yaml = `# A plan.\nname: Tea\nmuster: ${planVersion}\nsegments:\n  - { id: buyers, trait: orders, atLeast: 1 }\n`;
  const file = (name: string, text: string) => new File([text], name);
  const table = file('orders.csv', 'user,item\nann,tea\n');

  it('is known by its key, and the other files are tables', async () => {
    const found = await planAmong([table, file('plan.yaml', yaml)]);
    expect(found!.plan.segments).toEqual([buyers]);
    expect(found!.others).toEqual([table]);
    const json = JSON.stringify({ muster: planVersion, name: 'Tea' });
    expect((await planAmong([file('plan.json', json)]))!.plan.name).toBe('Tea');
  });

  it('is none where the key is missing: rows in JSON are a table', async () => {
    expect(
      await planAmong([table, file('rows.json', '[{"user":"ann","muster_id":1}]'), file('mapping.yaml', 'kind: events\n')]),
    ).toBeNull();
  });

  it('says what is wrong with it', async () => {
    await expect(planAmong([file('plan.yaml', `muster: ${planVersion}\nname: [`)])).rejects.toMatchObject({ code: 'plan_not_readable' });
  });
});
