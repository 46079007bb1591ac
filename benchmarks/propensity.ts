/**
 * Who orders in the sample shop within 30 days: ranking and time, by feature set and learner.
 *
 *     node --import tsx benchmarks/propensity.ts logistic network
 *
 * What could be reached at most: scripts/sample-shop/bound.ts.
 */
import { cpus } from 'node:os';
import { quietContext } from '../src/lib/core/base/run';
import { featureSets } from '../src/lib/core/predictions/richFeatures';
import { sectionOf } from '../src/lib/core/predictions/report';
import { nodePlatform } from '../src/lib/platform/node/platform';
import { Desk } from '../src/lib/work/desk';
import { operations } from '../src/lib/work/operations';

const learners = process.argv.slice(2);
console.log(`${cpus()[0].model}, ${cpus().length} cores`);
const context = { ...quietContext(), desk: new Desk(nodePlatform({})) };
await operations.workspaceOpenSample(undefined, context);
for (const learner of learners.length > 0 ? learners : ['logistic']) {
  for (const features of featureSets) {
    const model = {
      id: 'will-buy',
      kind: 'prediction' as const,
      task: 'propensity',
      learner,
      target: { event: 'order_completed', withinDays: 30 },
      options: { features },
    };
    const started = performance.now();
    const report = await operations.predictionTrain({ model }, context);
    const [ranking, drivers] = [sectionOf(report, 'ranking')!, sectionOf(report, 'drivers')!];
    const { after, before } = sectionOf(report, 'calibration')!;
    console.log(
      `${learner}, ${features}: AUC ${ranking.auc.toFixed(4)}, PR-AUC ${ranking.prAuc.toFixed(4)}, log loss ${(after ?? before).logLoss.toFixed(4)}, ${drivers.inputs} inputs, ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    if (features === 'rich') console.log(drivers.drivers.slice(0, 8).map(({ feature, weight }) => `${feature} ${weight.toFixed(2)}`).join(', ')); // prettier-ignore
  }
}
process.exit(0);
