/**
 * The answer to a basket that somebody types, on the sample shop: milliseconds of one question with a model that is
 * trained already, of each model that can be asked.
 *
 *   node --import tsx benchmarks/basket.ts [model …]
 */
import { cpus, loadavg } from 'node:os';
import { Random } from '../src/lib/core/base/random';
import { quietContext } from '../src/lib/core/base/run';
import { readPlan } from '../src/lib/core/plan/read';
import { recommenders } from '../src/lib/core/recommenders/catalogue';
import { openFile } from '../src/lib/platform/node/files';
import { nodePlatform } from '../src/lib/platform/node/platform';
import { Desk } from '../src/lib/work/desk';
import { openPlan } from '../src/lib/work/openPlan';
import { recommenderBasket } from '../src/lib/work/operations/reasons';
import { itemTexts } from '../src/lib/work/itemTexts';

const asked = process.argv.slice(2);
const usual = ['ials', 'ease', 'item-knn', 'user-knn', 'rp3beta', 'slim', 'puresvd', 'gf-cf', 'bspm', 'association-rules', 'markov'];
const algorithms = (asked.length > 0 ? asked : usual).filter((id) => recommenders.find((each) => each.id === id)?.can.includes('foldIn'));
const plan = `
muster: 2
name: Baskets
timeZone: Asia/Shanghai
currency: CNY
sources: [{ id: shop, files: ["sample:shop"] }]
models:
${algorithms.map((algorithm) => `  - { id: ${algorithm}, kind: recommender, algorithm: ${algorithm} }`).join('\n')}
`;
const desk = new Desk(nodePlatform({ threads: 1 }));
const context = { ...quietContext(), desk };
const opened = readPlan(plan, 'plan.yaml').plan;
await openPlan(desk, opened, async (name) => openFile(name), context);
const ids = await desk.read(context, async (epoch) => (await itemTexts(epoch)).lines.flatMap((line) => (line ? [line.itemId] : [])));
console.log(`${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}, Node ${process.version}, ${ids.length} items`);
console.log('\n| model | first, ms | median | 95th percentile |\n|---|---:|---:|---:|');
for (const spec of opened.models.filter((model) => model.kind === 'recommender')) {
  const random = new Random(1);
  const times: number[] = [];
  for (let question = 0; question < 101; question++) {
    const basket = Array.from({ length: 1 + random.below(5) }, () => ids[random.below(ids.length)]);
    // The first question trains.
    if (question === 0) await recommenderBasket({ model: spec, basket: [], size: 10 }, context);
    const started = performance.now();
    await recommenderBasket({ model: spec, basket, size: 10 }, context);
    times.push(performance.now() - started);
  }
  const [first, ...rest] = times;
  rest.sort((a, b) => a - b);
  console.log(`| ${spec.algorithm} | ${first.toFixed(1)} | ${rest[50].toFixed(1)} | ${rest[95].toFixed(1)} |`);
}
await desk.close();
await (await desk.store()).close();
process.exit(0);
