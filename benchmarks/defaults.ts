/**
 * Every personal recommender with its defaults beside popularity, on data sets of different shape; a Markdown table.
 *
 *   node --import tsx benchmarks/defaults.ts [people, 0 for all] [model …]
 *
 * NDCG@20 on a random fifth of the pairs (seed 4), all unseen items ranked. `!` stands where popularity leads by more than
 * chance (p < .01, paired randomisation test), `=` where the model has collapsed: it gives almost everybody the same.
 */
import { besidePopularity } from '../tests/support/besidePopularity';
import { shapes } from '../tests/support/shapes';
import { sizeOf } from '../src/lib/core/recommenders/trainRecommender';
import { recommenders } from '../src/lib/core/recommenders/catalogue';
import { trainingDataOf } from '../src/lib/core/recommenders/trainingData';
import { openNodeKernels } from '../src/lib/platform/node/kernels';
import { openNodeTensors } from '../src/lib/platform/node/tensors';

const [people, ...only] = process.argv.slice(2);
const kernels = await openNodeKernels({ threads: 1 });
let tensors: ReturnType<typeof openNodeTensors> | undefined;
const compute = { kernels, tensors: () => (tensors ??= openNodeTensors()) };
const ids = recommenders.filter(({ id, personal }) => (id === 'popularity' || personal) && (only.length === 0 || only.includes(id)));

const rows: string[] = [];
for (const { name, isThere, read } of shapes) {
  if (!isThere) continue;
  const list = await read(Number(people) || undefined);
  const size = sizeOf(trainingDataOf(list).pairs);
  const standing = await besidePopularity(list, compute);
  const cells: string[] = [];
  for (const { id } of ids) {
    try {
      const { ndcg, behind, hasCollapsed, seconds, coverage } = await standing(id);
      cells.push(`${ndcg.toFixed(3).replace(/^0/, '')}${behind < 0.01 ? ' !' : ''}${hasCollapsed ? ' =' : ''}`);
      console.error(`${name} ${id}: ${ndcg.toFixed(4)} p ${behind.toFixed(4)} coverage ${coverage.toFixed(3)} ${seconds.toFixed(2)} s`);
    } catch (error) {
      cells.push('–');
      console.error(`${name} ${id}: ${String(error)}`);
    }
  }
  rows.push(`| ${name}, ${size.users} × ${size.items} | ${(size.pairs / size.users).toFixed(1)} | ${cells.join(' | ')} |`);
}
console.log(`| data | pairs each | ${ids.map(({ id }) => id).join(' | ')} |\n|---|---:|${'---:|'.repeat(ids.length)}`);
console.log(rows.join('\n'));
kernels.close();
