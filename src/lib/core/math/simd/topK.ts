import type { RunContext } from '../../base/run';
import { blocksOfCost } from '../blocks';
import type { TopKRequest, TopKResult } from '../kernels';
import type { InteractionMatrix } from '../sparseRows';
import { JobMemory, type KernelTeam } from './team';

/** Users ranked in one go: their factors and lists are all that lies in the kernels' memory at once. */
const usersAtOnce = 8192;
/** Multiply-adds of one block, and how many users it has at least: as often each item is used once it is in the cache. */
const costOfBlock = 3e7;
const usersOfBlock = 64;
/** Factors of the items that are scored together, for all users of a block: a part of a core's own cache. */
const bytesOfChunk = 2 ** 17;

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

/** Items that may be recommended, by place: the longest first, so that most users soon need to look no further. */
interface PlacedItems {
  count: number;
  /** Items scored together, a multiple of eight. */
  chunk: number;
  panels: number;
  biases: number;
  chunkLengths: number;
  chunkBiases: number;
  itemOfPlace: number;
  /** -1 where the item may not be recommended. */
  placeOfItem: Int32Array;
}

function placeItems(team: KernelTeam, memory: JobMemory, request: TopKRequest): PlacedItems {
  const { size, itemFactors, itemBiases, eligible } = request;
  const items = itemFactors.length / size;
  const lengths = lengthsOf(itemFactors, items, size);
  const order = Int32Array.from({ length: items }, (_, item) => item)
    .filter((item) => !eligible || eligible[item] !== 0)
    .sort((a, b) => lengths[b] - lengths[a] || a - b);
  const count = order.length;
  const padded = Math.max(8, Math.ceil(count / 8) * 8);
  const chunk = Math.min(padded, Math.max(8, 8 * Math.floor(bytesOfChunk / (32 * size))));

  const itemOfPlace = memory.int32(order);
  const panels = memory.allocate(4 * padded * size);
  const source = new JobMemory(memory.heap);
  team.call('packItems', source.float32(itemFactors), itemOfPlace, count, size, panels);
  source.free();
  const biases = memory.allocate(4 * padded);
  const placed = memory.heap.float32(biases, padded).fill(0);
  if (itemBiases) order.forEach((item, place) => (placed[place] = itemBiases[item]));

  const chunks = Math.ceil(count / chunk);
  const [chunkLengths, chunkBiases] = [new Float32Array(chunks), new Float32Array(chunks).fill(itemBiases ? -Infinity : 0)];
  for (let place = 0; place < count; place++) {
    const at = Math.floor(place / chunk);
    chunkLengths[at] = Math.max(chunkLengths[at], lengths[order[place]]);
    if (itemBiases) chunkBiases[at] = Math.max(chunkBiases[at], itemBiases[order[place]] + 1e-6 * Math.abs(itemBiases[order[place]]));
  }
  const placeOfItem = new Int32Array(items).fill(-1);
  order.forEach((item, place) => (placeOfItem[item] = place));
  return {
    ...{ count, chunk, panels, biases, itemOfPlace, placeOfItem },
    ...{ chunkLengths: memory.float32(chunkLengths), chunkBiases: memory.float32(chunkBiases) },
  };
}

/** Lengths of rows, larger than they are by more than single precision can lose in a sum; infinite where a row has NaN. */
function lengthsOf(factors: Float32Array, rows: number, size: number): Float32Array {
  const slack = 1 + 1e-6 * (size + 10);
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let at = row * size; at < (row + 1) * size; at++) sum += factors[at] * factors[at];
    return Number.isNaN(sum) ? Infinity : Math.sqrt(sum) * slack;
  });
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

  const lengths = memory.float32(lengthsOf(placed.slice(), users.length, size));
  const excluded = exclude && excludedPlaces(exclude, users, items.placeOfItem);

  // Blocks begin at multiples of four users, which are scored together.
  const users4 = Math.ceil(users.length / 4);
  const costOfFour = 4 * items.count * (size + 8);
  const groups = blocksOfCost(users4, () => costOfFour, Math.max(costOfBlock, (usersOfBlock / 4) * costOfFour));
  const blockStarts = groups.map((group) => Math.min(4 * group, users.length));
  const mostUsers = blockStarts.reduce((most, start, at) => Math.max(most, start - (blockStarts[at - 1] ?? 0)), 0);
  const outItems = memory.allocate(4 * users.length * k);
  const outScores = memory.allocate(4 * users.length * k);
  // A TopKJob (kernels/assembly/topK.ts).
  const job = memory.int32([
    memory.int32(blockStarts),
    factors,
    lengths,
    items.panels,
    items.biases,
    items.chunkLengths,
    items.chunkBiases,
    excluded ? memory.int32(excluded.starts) : 0,
    excluded ? memory.int32(excluded.places) : 0,
    items.itemOfPlace,
    size,
    items.count,
    items.chunk,
    k,
    outItems,
    outScores,
  ]);
  await team.run('topKBlock', job, blockStarts.length - 1, 16 * items.chunk + 8 * mostUsers, run);
  result.items.set(memory.heap.int32(outItems, users.length * k), resultStart);
  result.scores.set(memory.heap.float32(outScores, users.length * k), resultStart);
}

/** What each user's list leaves out, by place, ascending. */
function excludedPlaces({ rowStarts, columns }: InteractionMatrix, users: Int32Array, placeOfItem: Int32Array) {
  const starts = new Int32Array(users.length + 1);
  users.forEach((user, row) => (starts[row + 1] = starts[row] + rowStarts[user + 1] - rowStarts[user]));
  const places = new Int32Array(starts[users.length]);
  users.forEach((user, row) => {
    const own = places.subarray(starts[row], starts[row + 1]);
    columns.subarray(rowStarts[user], rowStarts[user + 1]).forEach((item, at) => (own[at] = placeOfItem[item]));
    own.sort();
  });
  return { starts, places };
}
