import { describe, expect, it } from 'vitest';
import { planJsonSchema } from '$lib/core/plan/jsonSchema';
import { readPlan } from '$lib/core/plan/read';
import { findLearner, learnersFor } from '$lib/core/predictions/learners/catalogue';
import { optionsOf } from '$lib/core/predictions/options';
import { findTask, predictionTasks } from '$lib/core/predictions/tasks/catalogue';
import { writePlan } from '$lib/core/plan/write';

const head = (version: number) => `muster: ${version}\nname: Tea shop\n`;
const soon = 'target: { event: order_completed, withinDays: 30 }';

describe('predictions in a plan', () => {
  it('a plan of version 1 keeps its scores: a learner of the task propensity, not calibrated', () => {
    const { plan } = readPlan(`${head(1)}
models:
  - { id: will-buy, kind: propensity, algorithm: network, options: { units: 8 }, ${soon} }
  - { id: short, algorithm: logistic, ${soon} }
  - { id: tastes, kind: recommender, algorithm: ials }
segments: [{ id: likely, rule: { trait: "score:will-buy", atLeast: 0.5 } }]
`);
    expect(plan.models).toEqual([
      {
        id: 'will-buy',
        kind: 'prediction',
        task: 'propensity',
        learner: 'network',
        target: { event: 'order_completed', withinDays: 30 },
        options: { units: 8, calibrate: 'none' },
      },
      expect.objectContaining({ id: 'short', task: 'propensity', learner: 'logistic', options: { calibrate: 'none' } }),
      expect.objectContaining({ id: 'tastes', kind: 'recommender' }),
    ]);
  });

  it('a model with a target is a prediction; its task and learner may be left out', () => {
    const { plan } = readPlan(`${head(2)}
models: [{ id: will-buy, ${soon} }, { id: deep, algorithm: network, ${soon} }, { id: clv, task: clv-inputs, target: { event: order_completed } }]
audiences: [{ id: mail, from: everyone, top: { by: will-buy, count: 10 }, columns: ["score:clv.monetary"] }]
`);
    expect(plan.models.map((model) => 'task' in model && [model.task, model.learner])).toEqual([
      ['propensity', 'logistic'],
      ['propensity', 'network'],
      ['clv-inputs', undefined],
    ]);
    expect(plan.audiences[0].top!.by).toBe('score:will-buy');
    expect(readPlan(writePlan(plan)).plan).toEqual(plan);
  });

  for (const [what, model, says] of [
    ['a task that is not known', `{ id: x, task: weather, ${soon} }`, 'There is no prediction task "weather".'],
    ['a missing learner', `{ id: x, task: propensity, ${soon} }`, 'The task "propensity" needs a learner.'],
    ['a learner that is not needed', '{ id: x, task: clv-inputs, learner: logistic, target: { event: a } }', 'takes no learner'],
    ['a question without its days', '{ id: x, target: { event: a } }', 'The task "propensity" needs target.withinDays.'],
    ['an option of another learner', `{ id: x, options: { units: 3 }, ${soon} }`, 'logistic has no option "units"'],
  ]) {
    it(`${what} is named`, () => expect(() => readPlan(`${head(2)}models: [${model}]\n`)).toThrow(says));
  }

  it('an output that the model does not give is named', () => {
    const plan = (trait: string) => `${head(2)}
models: [{ id: clv, task: clv-inputs, target: { event: order_completed } }]
segments: [{ id: s, rule: { trait: "${trait}", atLeast: 1 } }]
`;
    expect(() => readPlan(plan('score:clv.T'))).not.toThrow();
    expect(() => readPlan(plan('score:clv'))).toThrow('names "score:clv", which the model does not give. It gives: score:clv.frequency,');
    expect(() => readPlan(plan('score:other.T'))).toThrow('names the prediction "other"');
  });

  it('names the circle of a segment that is like itself, and a seed that is not there', () => {
    const plan = (seed: string, trait = 'orders') => `
muster: 2
name: Tea
segments:
  - { id: regulars, rule: { trait: ${trait}, atLeast: 1 } }
  - { id: alike, rule: { all: [{ trait: 'score:like', topPercent: 10 }, { not: { segment: regulars } }] } }
models: [{ id: like, kind: prediction, task: lookalike, target: { segment: ${seed} } }]
`;
    expect(() => readPlan(plan('regulars'))).not.toThrow();
    expect(() => readPlan(plan('alike'))).toThrow('alike → alike');
    expect(() => readPlan(plan('regulars', "'score:like'"))).toThrow('regulars → regulars');
    expect(() => readPlan(plan('nobody'))).toThrow('names the segment "nobody"');
    expect(() => readPlan(plan('regulars').replace('{ segment: regulars } }]\n', '{ event: order_completed } }]\n'))).toThrow(
      'target.segment',
    );
  });

  it('the published schema has a branch for each task with each of its learners', () => {
    const { properties } = planJsonSchema() as { properties: { models: { items: { oneOf: Branch[] } } } };
    const branches = properties.models.items.oneOf.filter((branch) => branch.properties.kind.const === 'prediction');
    expect(branches.map(({ properties: { task, learner } }) => [task.const, learner?.const])).toEqual(
      predictionTasks.flatMap((task) => {
        const ids = learnersFor(task).map(({ id }) => id);
        return (ids.length > 0 ? ids : [undefined]).map((learner) => [task.id, learner]);
      }),
    );
    const branchOf = (task: string) => branches.find(({ properties }) => properties.task.const === task)!;
    const options = Object.keys(branchOf('propensity').properties.options.properties!);
    expect(options).toEqual(optionsOf(findTask('propensity'), findLearner('logistic')).map(({ name }) => name));
    expect(options).toEqual(expect.arrayContaining(['regularization', 'epochs', 'calibrate']));
    expect(branchOf('clv-inputs').required).not.toContain('learner');
  });
});

interface Branch {
  properties: Record<string, { const?: string; properties?: Record<string, unknown> }>;
  required: string[];
}
