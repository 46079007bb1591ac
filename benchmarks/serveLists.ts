/**
 * Lists of twenty for everybody of the sample shop, by policy: what each costs beside the same lists without any.
 *
 *   node --import tsx benchmarks/serveLists.ts [threads]
 */
import { quietContext } from '../src/lib/core/base/run';
import type { PlanList } from '../src/lib/core/plan/schema';
import { readPlan } from '../src/lib/core/plan/read';
import type { ListPolicies } from '../src/lib/core/recommendations/policies/schema';
import { lengthOf } from '../src/lib/core/recommendations/served';
import { serveLists } from '../src/lib/core/recommendations/serveLists';
import { openFile } from '../src/lib/platform/node/files';
import { nodePlatform } from '../src/lib/platform/node/platform';
import { Desk } from '../src/lib/work/desk';
import { openPlan } from '../src/lib/work/openPlan';
import { prepareList } from '../src/lib/work/servedLists';

const plan = `
muster: 2
name: Policies
timeZone: Asia/Shanghai
currency: CNY
sources: [{ id: shop, files: ["sample:shop"] }]
models:
  - { id: tastes, kind: recommender, algorithm: ials }
  - { id: linear, kind: recommender, algorithm: ease }
  - { id: bestsellers, kind: recommender, algorithm: popularity }
audiences: [{ id: all, from: everyone }]
`;
const caps: ListPolicies['caps'] = [
  { by: 'category', most: 3 },
  { by: 'brand', most: 4 },
  { by: 'price', most: 10, bands: [50, 200] },
];
const cases: [string, string, ListPolicies][] = [
  ['none', 'tastes', {}],
  ['limits per category, brand and price band', 'tastes', { caps }],
  ['newer up to 20 places up', 'tastes', { boosts: [{ by: 'freshness', places: 20 }] }],
  ['variety by category, MMR', 'tastes', { diversity: { method: 'mmr', amount: 0.3, likeness: 'category' } }],
  ['variety by taste, MMR', 'tastes', { diversity: { method: 'mmr', amount: 0.3, likeness: 'taste' } }],
  ['variety by category, DPP', 'tastes', { diversity: { method: 'dpp', amount: 0.3, likeness: 'category' } }],
  ['variety by taste, DPP', 'tastes', { diversity: { method: 'dpp', amount: 0.3, likeness: 'taste' } }],
  ['no item in more than 5 %', 'tastes', { exposure: { share: 0.05 } }],
  ['no item in more than 5 %', 'bestsellers', { exposure: { share: 0.05 } }],
  [
    'all of them',
    'tastes',
    {
      models: ['bestsellers'],
      caps,
      boosts: [{ by: 'freshness', places: 20 }],
      diversity: { method: 'mmr', amount: 0.3, likeness: 'category' },
      exposure: { share: 0.05 },
    },
  ],
  ['none', 'linear', {}],
  ['limits, variety by category', 'linear', { caps, diversity: { method: 'mmr', amount: 0.3, likeness: 'category' } }],
];

const desk = new Desk(nodePlatform({ threads: Number(process.argv[2] ?? 2) }));
const run = quietContext();
await openPlan(desk, readPlan(plan, 'plan.yaml').plan, async (name) => openFile(name), run);
await desk.read(run, async (epoch) => {
  const kernels = await desk.kernels();
  const users = Int32Array.from({ length: (await epoch.data()).users }, (_, user) => user);
  console.log('| model | policies | seconds | of the processor | short lists | most lists of one item |\n|---|---|---:|---:|---:|---:|');
  for (const [name, model, policies] of cases) {
    const list: PlanList = { id: 'picks', for: 'all', model, size: 20, exclude: ['bought'] };
    const { compiled, userIds } = await prepareList(epoch, { ...list, policies });
    const [started, used] = [performance.now(), process.cpuUsage()];
    const served = await serveLists({ ...compiled, users, userIds }, kernels, run);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(used);
    const short = users.reduce((sum, _, at) => sum + (lengthOf(served, at) < 20 ? 1 : 0), 0);
    const counts = new Map<number, number>();
    for (const item of served.items) if (item >= 0) counts.set(item, (counts.get(item) ?? 0) + 1);
    console.log(
      `| ${model} | ${name} | ${seconds.toFixed(2)} | ${((user + system) / 1e6).toFixed(2)} | ${short} | ${Math.max(...counts.values())} |`,
    );
  }
});
await desk.close();
await (await desk.store()).close();
process.exit(0);
