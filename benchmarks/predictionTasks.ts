/**
 * Each prediction task on the sample shop (or on a plan's data): what its test says, and how long it took.
 *
 *     node --import tsx benchmarks/predictionTasks.ts
 */
import { cpus } from 'node:os';
import { quietContext } from '../src/lib/core/base/run';
import { bestDepth, pointAtShare } from '../src/lib/core/predictions/depth';
import { sectionOf, type PredictionReport } from '../src/lib/core/predictions/report';
import type { PredictionSpec } from '../src/lib/core/predictions/spec';
import { nodePlatform } from '../src/lib/platform/node/platform';
import { Desk } from '../src/lib/work/desk';
import { operations, type OperationContext } from '../src/lib/work/operations';

const event = 'order_completed';
const asked: Record<string, Omit<PredictionSpec, 'id' | 'kind' | 'options'>> = {
  order: { task: 'propensity', learner: 'logistic', target: { event, withinDays: 30 } },
  'order-network': { task: 'propensity', learner: 'network', target: { event, withinDays: 30 } },
  tea: { task: 'propensity', learner: 'logistic', target: { event, withinDays: 30, category: '茶 Tea' } },
  churn: { task: 'churn-rhythm', learner: 'logistic', target: { event } },
  next: { task: 'next-purchase', learner: 'logistic', target: { event, withinDays: 60 } },
  spend: { task: 'spend', learner: 'logistic', target: { event, withinDays: 30 } },
  discount: { task: 'discount-sensitivity' },
  contact: { task: 'contact-time' },
};

/** What each kind of section says, in a line. */
function inWords(report: PredictionReport): string {
  const [ranking, times, amounts, depth, drift, outputs] = (['ranking', 'horizons', 'amounts', 'depth', 'drift', 'outputs'] as const).map(
    (kind) => sectionOf(report, kind),
  ) as [never, never, never, never, never, never] & unknown[];
  return JSON.stringify({
    ranking,
    times,
    amounts: { ...(amounts as object), tenths: undefined },
    depth: depthInWords(depth),
    drift,
    outputs,
  });
}

function depthInWords(depth: ReturnType<typeof sectionOf<'depth'>>) {
  const best = depth && bestDepth(depth.today, { costPerContact: 1, marginPerOutcome: 10 });
  return best && { best, then: pointAtShare(depth.test, best.customers / depth.today.at(-1)!.customers) };
}

const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 2 })) };
await operations.workspaceOpenSample(undefined, context);
const models = Object.entries(asked).map(([id, rest]): PredictionSpec => ({ id, kind: 'prediction', options: {}, ...rest }));
await operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, models } }, context);
console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
for (const model of models) {
  const started = performance.now();
  try {
    const report = await operations.predictionTrain({ model }, context);
    console.log(`${model.id}: ${((performance.now() - started) / 1000).toFixed(1)} s, ${inWords(report)}`);
  } catch (error) {
    console.log(`${model.id}: ${String(error)}`);
  }
}
const { differences } = await operations.predictionsCompare({ models: ['order', 'order-network'] }, context);
console.log('compared', JSON.stringify(differences));
process.exit(0);
