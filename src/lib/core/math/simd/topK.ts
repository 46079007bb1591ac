import type { RunContext } from '../../base/run';
import { blocksOfCost } from '../blocks';
import type { TopKRequest, TopKResult } from '../kernels';
import { JobMemory, type KernelTeam } from './team';

/** Users ranked in one go: their factors and lists are all that lies in the kernels' memory at once. */
const usersAtOnce = 8192;
/** Multiply-adds of one block. */
const costOfBlock = 3e7;

/** Ranks in the kernels; the result does not depend on how users are cut into parts. */
export async function simdTopK(team: KernelTeam, request: TopKRequest, run: RunContext): Promise<TopKResult> {
  const { users, k } = request;
  const result = { items: new Int32Array(users.length * k), scores: new Float32Array(users.length * k) };
  const memory = new JobMemory(await team.enter());
  try {
    const items = placeItems(team, memory, request);
    for (let first = 0; first < users.length; first += usersAtOnce) {
      const part = new JobMemory(memory.heap);
      try {
        await rankPart(team, part, request, items, users.subarray(first, first + usersAtOnce), result, first * k, run);
      } finally {
        part.free();
      }
    }
  } finally {
    memory.free();
    team.leave();
  }
  return result;
}

interface PlacedItems {
  count: number;
  /** Rounded up to whole panels of eight. */
  padded: number;
  panels: number;
  biases: number;
  eligible: number;
}

function placeItems(team: KernelTeam, memory: JobMemory, { size, itemFactors, itemBiases, eligible }: TopKRequest): PlacedItems {
  const count = itemFactors.length / size;
  const padded = Math.ceil(count / 8) * 8;
  const panels = memory.allocate(4 * padded * size);
  const source = new JobMemory(memory.heap);
  team.call('packItems', source.float32(itemFactors), count, size, panels);
  source.free();
  const biases = memory.allocate(4 * padded);
  memory.heap.float32(biases, padded).fill(0);
  if (itemBiases) memory.heap.float32(biases, count).set(itemBiases);
  return { count, padded, panels, biases, eligible: eligible ? memory.uint8(eligible) : 0 };
}

async function rankPart(
  team: KernelTeam,
  memory: JobMemory,
  { size, userFactors, k, exclude }: TopKRequest,
  items: PlacedItems,
  users: Int32Array,
  result: TopKResult,
  resultStart: number,
  run: RunContext,
): Promise<void> {
  const factors = memory.allocate(4 * users.length * size);
  const placed = memory.heap.float32(factors, users.length * size);
  users.forEach((user, row) => placed.set(userFactors.subarray(user * size, (user + 1) * size), row * size));

  const excludedStarts = new Int32Array(users.length + 1);
  if (exclude) users.forEach((user, row) => (excludedStarts[row + 1] = excludedStarts[row] + rowLength(exclude, user)));
  const excluded = new Int32Array(excludedStarts[users.length]);
  if (exclude) {
    users.forEach((user, row) =>
      excluded.set(exclude.columns.subarray(exclude.rowStarts[user], exclude.rowStarts[user + 1]), excludedStarts[row]),
    );
  }

  // Blocks begin at multiples of four users, which are scored together.
  const groups = blocksOfCost(Math.ceil(users.length / 4), () => 4 * items.padded * (size + 8), costOfBlock);
  const blockStarts = groups.map((group) => Math.min(4 * group, users.length));
  const outItems = memory.allocate(4 * users.length * k);
  const outScores = memory.allocate(4 * users.length * k);
  // A TopKJob (kernels/assembly/topK.ts).
  const job = memory.int32([
    memory.int32(blockStarts),
    factors,
    items.panels,
    items.biases,
    memory.int32(excludedStarts),
    exclude ? memory.int32(excluded) : 0,
    items.eligible,
    size,
    items.count,
    k,
    outItems,
    outScores,
  ]);
  await team.run('topKBlock', job, blockStarts.length - 1, 16 * items.padded, run);
  result.items.set(memory.heap.int32(outItems, users.length * k), resultStart);
  result.scores.set(memory.heap.float32(outScores, users.length * k), resultStart);
}

function rowLength({ rowStarts }: { rowStarts: Int32Array }, row: number): number {
  return rowStarts[row + 1] - rowStarts[row];
}
