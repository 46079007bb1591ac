import { quietContext } from '../../src/lib/core/base/run';
import { sha256Hex } from '../../src/lib/core/base/hash';
import { readPlan } from '../../src/lib/core/plan/read';
import type { PredictionSpec } from '../../src/lib/core/plan/schema';
import { toFileSource } from '../../src/lib/core/schema/files';
import { Desk } from '../../src/lib/work/desk';
import { openPlan } from '../../src/lib/work/openPlan';
import type { Platform } from '../../src/lib/work/platform';
import { matrixFiles } from '../../src/lib/work/predictionMatrix';
import { keepPrediction, makePrediction } from '../../src/lib/work/predictions';
import { regularsCsv } from './regulars';

export const regularsPlan = `
muster: 2
name: Regulars
timeZone: UTC
currency: EUR
sources:
  - id: orders
    files: [orders.csv]
    mapping:
      kind: events
      columns: [user, item, time, price]
      timeFormat: { kind: text, pattern: "%Y-%m-%d %H:%M:%S" }
      roles: { user: user, item: item, time: time, price: price }
      defaultEvent: order_completed
segments:
  - { id: spenders, rule: { trait: revenue, atLeast: 60 } }
models:
  - id: by-line
    kind: prediction
    task: propensity
    learner: logistic
    target: { event: order_completed, withinDays: 14 }
    options: {}
    campaign: { costPerContact: 1, marginPerOutcome: 8 }
  - { id: by-trees, kind: prediction, task: propensity, learner: gradient-boosting, target: { event: order_completed, withinDays: 14 }, options: {} }
  - { id: how-much, kind: prediction, task: spend, learner: logistic, target: { event: order_completed, withinDays: 14 }, options: {} }
`;

/** What is taken away of each model of the regulars' plan, by `model/file`; the program is the same for all. */
export async function regularsMatrices(platform: Platform): Promise<Map<string, Uint8Array>> {
  const run = quietContext();
  const desk = new Desk({ ...platform, snapshots: undefined });
  const open = async (name: string) => toFileSource(Object.assign(new Blob([regularsCsv()]), { name }));
  const { plan } = readPlan(regularsPlan);
  await openPlan(desk, plan, open, run);
  const found = new Map<string, Uint8Array>();
  for (const model of plan.models as PredictionSpec[]) {
    await desk.read(run, async (epoch) => keepPrediction(epoch, await makePrediction(epoch, model)));
    const files = await desk.read(run, (epoch) => matrixFiles(epoch, model.id));
    for (const { name, bytes } of files) if (name !== 'reproduce.py') found.set(`${model.id}/${name}`, bytes);
  }
  return found;
}

/** Their SHA-256, which must be the same wherever they were made. */
export async function regularsDigests(platform: Platform): Promise<Record<string, string>> {
  return Object.fromEntries([...(await regularsMatrices(platform))].map(([name, bytes]) => [name, sha256Hex(bytes)]));
}
