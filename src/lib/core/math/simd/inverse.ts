import type { RunContext } from '../../base/run';
import { JobMemory, type KernelTeam } from './team';

/** Rows that are swept at once (kernels/assembly/inverse.ts). */
const width = 64;
const floatsOfGroup = 64 * 8;

/** Inverts in the kernels' memory; what is computed does not depend on the number of threads. */
export async function simdInverse(team: KernelTeam, matrix: Float32Array, size: number, run: RunContext): Promise<void> {
  const padded = width * Math.ceil(size / width);
  const memory = new JobMemory(await team.enter());
  try {
    const at = memory.allocate(4 * padded * padded);
    const { heap } = memory;
    const placed = heap.float32(at, padded * padded).fill(0);
    for (let row = 0; row < size; row++) placed.set(matrix.subarray(row * size, (row + 1) * size), row * padded);
    // What is only padding is an identity beside the matrix.
    for (let row = size; row < padded; row++) placed[row * padded + row] = 1;

    const panel = 4 * floatsOfGroup * (padded / 8);
    const fields = [
      at,
      padded,
      0,
      memory.allocate(panel),
      memory.allocate(panel),
      memory.allocate(4 * width ** 2),
      memory.allocate(8 * width ** 2),
    ];
    // An InverseJob (kernels/assembly/inverse.ts).
    const job = memory.int32(fields);
    const blocks = padded / width;
    for (let pivot = 0; pivot < padded; pivot += width) {
      heap.int32(job, fields.length)[2] = pivot;
      if (team.call('gatherPivot', job) === 0) throw new Error('The matrix is not positive definite.');
      await team.run('pivotRowsBlock', job, blocks, 0, run);
      await team.run('sweepRowsBlock', job, blocks, 0, run);
    }
    await team.run('finishRowsBlock', job, blocks, 0, run);
    const inverse = heap.float32(at, padded * padded);
    for (let row = 0; row < size; row++) matrix.set(inverse.subarray(row * padded, row * padded + size), row * size);
  } finally {
    memory.free();
    team.leave();
  }
}
