/**
 * How far each tunable model's defaults are from what a search finds, on data sets of different shape; a Markdown table.
 *
 *   node --import tsx benchmarks/defaultsAgainstTuned.ts <people> <processor seconds of search> [data set,…|all] [model …]
 *
 * NDCG@20 on a random fifth of the pairs (seed 4), all unseen items ranked. The search (random, successive halving) sees
 * the other four fifths only, and holds its own part out of them. A cell is `default / tuned`, and `!` where the default is
 * more than 5 % behind by more than chance (paired randomisation test, p < .05).
 */
import { measureRanking, rankingTask } from '../src/lib/core/evaluation/evaluate';
import { randomisationTest } from '../src/lib/core/evaluation/rowTests';
import { splitInteractions } from '../src/lib/core/evaluation/splits';
import { comparedTrainPart } from '../src/lib/core/evaluation/tuning/trainPart';
import { tunedOptions } from '../src/lib/core/evaluation/tuning/space';
import { tune } from '../src/lib/core/evaluation/tuning/tune';
import { quietContext } from '../src/lib/core/base/run';
import type { OptionValues } from '../src/lib/core/base/options';
import { recommenders } from '../src/lib/core/recommenders/catalogue';
import type { Recommender } from '../src/lib/core/recommenders/recommender';
import { trainingDataOf } from '../src/lib/core/recommenders/trainingData';
import { sizeOf, trainRecommender } from '../src/lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '../src/lib/platform/node/kernels';
import { openNodeTensors } from '../src/lib/platform/node/tensors';
import { shapes } from '../tests/support/shapes';

const [people = '300', seconds = '10', sets = 'all', ...only] = process.argv.slice(2);
const kernels = await openNodeKernels({ threads: 1 });
let tensors: ReturnType<typeof openNodeTensors> | undefined;
const compute = { kernels, tensors: () => (tensors ??= openNodeTensors()) };
const split = { kind: 'random', testShare: 0.2 } as const;
const [seed, cutoff] = [4, 20];
const searched = recommenders.filter(
  ({ id, personal, repeats, options }) =>
    personal && !repeats && tunedOptions(options, {}).length > 0 && (only.length === 0 || only.includes(id)),
);

const rows: string[] = [];
for (const { name, isThere, read } of shapes) {
  if (!isThere || (sets !== 'all' && !sets.split(',').includes(name))) continue;
  const interactions = await read(Number(people));
  const { train, trainEvents, test } = splitInteractions(interactions, split, seed);
  const task = rankingTask(train, test, { requireHistory: true });
  const data = trainingDataOf(interactions, {}, trainEvents);
  const size = sizeOf(data.pairs);
  const each = async (recommender: Recommender, given: OptionValues) => {
    const { model } = await trainRecommender({ recommender, given, data, seed: 1 }, compute, quietContext());
    const measured = await measureRanking(model, task, { cutoffs: [cutoff], servesNewUsers: false }, kernels, quietContext());
    model.dispose?.();
    const column = measured.names.indexOf(`ndcg@${cutoff}`);
    return Float64Array.from(task.users, (_, row) => measured.perUser[row * measured.names.length + column]);
  };
  const popular = mean(await each(recommenders[0], {}));
  const cells: string[] = [];
  for (const recommender of searched) {
    try {
      const part = comparedTrainPart({ interactions, split, seed });
      const request = { ...part, recommender, given: {}, cutoff, seed: 1, budget: 1000 * Number(seconds), now: processorTime };
      const { best, trials } = await tune(request, compute, quietContext());
      const [byDefault, tuned] = [await each(recommender, {}), await each(recommender, best)];
      const [a, b] = [mean(byDefault), mean(tuned)];
      const p = randomisationTest(tuned.map((value, row) => value - byDefault[row]), 1); // prettier-ignore
      const isBehind = a < 0.95 * b && p < 0.05;
      cells.push(`${short(a)} / ${short(b)}${isBehind ? ' !' : ''}`);
      console.error(`${name} ${recommender.id}: ${a.toFixed(4)} ${b.toFixed(4)} (${(a / b).toFixed(3)}) p ${p.toFixed(3)}, ${trials.length} trials, popularity ${popular.toFixed(4)} ${JSON.stringify(best)}`); // prettier-ignore
    } catch (error) {
      cells.push('–');
      console.error(`${name} ${recommender.id}: ${String(error)}`);
    }
  }
  rows.push(
    `| ${name}, ${size.users} × ${size.items} | ${(size.pairs / size.users).toFixed(1)} | ${short(popular)} | ${cells.join(' | ')} |`,
  );
}
console.log(
  `| data | pairs each | popularity | ${searched.map(({ id }) => id).join(' | ')} |\n|---|---:|---:|${'---:|'.repeat(searched.length)}`,
);
console.log(rows.join('\n'));
kernels.close();

/** Milliseconds that this process has computed: what else the machine does counts for nothing. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function short(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}
