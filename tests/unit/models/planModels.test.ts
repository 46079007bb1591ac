import { describe, expect, it } from 'vitest';
import { planSchema, type Plan } from '../../../src/lib/core/plan/schema';
import { renameModel, usersOfModel } from '../../../src/lib/ui/models/planModels';

/** Mei writes to the likeliest buyers, and sends them what iALS recommends. */
const plan: Plan = planSchema.parse({
  muster: 2,
  name: 'Mei’s shop',
  segments: [
    { id: 'likely', name: 'Likely buyers', rule: { all: [{ trait: 'orders', atLeast: 1 }, { not: { trait: 'score:soon', lessThan: 0.5 } }] } },
    { id: 'new', rule: { trait: 'tenureDays', atMost: 30 } },
  ],
  models: [
    { id: 'taste', kind: 'recommender', algorithm: 'ials' },
    { id: 'soon', kind: 'prediction', task: 'propensity', learner: 'logistic', target: { event: 'order_completed', withinDays: 30 } },
  ],
  audiences: [{ id: 'letter', from: 'likely', top: { by: 'score:soon', count: 100 }, columns: ['orders', 'score:soon'] }],
  lists: [{ id: 'letter-picks', for: 'letter', model: 'taste' }],
  exports: [{ audience: 'letter', destination: 'csv', columns: ['orders', 'score:soon'] }],
});
const [taste, soon] = plan.models;

describe('models that are in use', () => {
  it('a recommender is used by its lists, a prediction by segments and audiences', () => {
    expect(usersOfModel(plan, taste)).toEqual(['letter-picks']);
    expect(usersOfModel(plan, soon)).toEqual(['Likely buyers', 'letter', 'letter']);
    expect(usersOfModel({ ...plan, lists: [] }, taste)).toEqual([]);
  });

  it('a new name reaches everything that named the model, deep in rules too', () => {
    const renamed = renameModel(renameModel(plan, 'soon', 'october'), 'taste', 'tea');
    expect(renamed.models.map(({ id }) => id)).toEqual(['tea', 'october']);
    expect(JSON.stringify(renamed)).not.toMatch(/score:soon|"taste"/);
    expect(renamed.audiences[0].top).toEqual({ by: 'score:october', count: 100 });
    expect(renamed.segments[1]).toEqual(plan.segments[1]);
    expect(renameModel(renameModel(renamed, 'october', 'soon'), 'tea', 'taste')).toEqual(plan);
  });

  it('every output of a model is followed', () => {
    const value = planSchema.parse({
      muster: 2,
      name: 'Mei’s shop',
      segments: [{ id: 'loyal', rule: { all: [{ trait: 'score:clv.frequency', atLeast: 3 }, { trait: 'score:clv.T', atLeast: 90 }] } }],
      models: [{ id: 'clv', kind: 'prediction', task: 'clv-inputs', target: { event: 'order_completed' } }],
      audiences: [{ id: 'letter', from: 'everyone', columns: ['score:clv.monetary'] }],
    });
    expect(usersOfModel(value, value.models[0])).toEqual(['loyal', 'letter']);
    const renamed = renameModel(value, 'clv', 'value');
    expect(JSON.stringify(renamed)).not.toContain('score:clv');
    expect(renamed.audiences[0].columns).toEqual(['score:value.monetary']);
  });
});
