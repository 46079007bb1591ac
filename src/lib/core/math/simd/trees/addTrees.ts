import type { RunContext } from '../../../base/run';
import type { Forest } from '../../trees/forest';
import { JobMemory, type KernelTeam } from '../team';
import { inStaging } from './staging';
import { TreesJob } from './treesJob';

/** Rows of one block. */
const rowsOfWalk = 512;

/** Adds to each row's sum what a forest's trees from `first` on say of its inputs. */
export async function simdAddTrees(
  team: KernelTeam,
  forest: Forest,
  first: number,
  inputs: Float32Array,
  sums: Float64Array,
  run: RunContext,
): Promise<void> {
  if (sums.length === 0) return;
  const heap = await team.enter();
  const memory = new JobMemory(heap);
  try {
    const columns = inputs.length / sums.length;
    const nodes = forest.columns.length;
    const tree = memory.allocate(16 * nodes);
    const [fields, numbers] = [heap.int32(tree, 4 * nodes), heap.float32(tree, 4 * nodes)];
    for (let node = 0, out = 0; node < nodes; node++, out += 4) {
      fields[out] = forest.columns[node];
      numbers[out + 1] = forest.values[node];
      fields[out + 2] = forest.flags[node];
      fields[out + 3] = forest.rights[node];
    }
    const leafStarts = memory.int32(forest.starts.subarray(first));
    const sets = memory.int32(forest.sets);
    const job = new TreesJob(team, memory);
    await inStaging(heap, sums.length, columns, async (staging, start, count) => {
      const local = new JobMemory(heap);
      try {
        const outputs = local.allocate(8 * count);
        heap.float32(staging, count * columns).set(inputs.subarray(start * columns, (start + count) * columns));
        heap.float64(outputs, count).set(sums.subarray(start, start + count));
        job.write({
          ...{ tree, sets, leafStarts, trees: forest.starts.length - 1 - first },
          ...{ columns, staging, stagingRows: count, outputs, step: rowsOfWalk },
        });
        await job.run('walkBlock', Math.ceil(count / rowsOfWalk), run, 16);
        sums.set(heap.float64(outputs, count), start);
      } finally {
        local.free();
      }
    });
  } finally {
    memory.free();
    team.leave();
  }
}
