import { JobMemory } from '../team';

/** Bytes of inputs in the kernels' memory at a time. */
const stagingBytes = 2 ** 24;

/** Some rows' inputs after the other in a stretch of memory that is given back. */
export async function inStaging(
  heap: JobMemory['heap'],
  rows: number,
  columns: number,
  each: (staging: number, start: number, count: number) => Promise<void>,
): Promise<void> {
  const local = new JobMemory(heap);
  const most = Math.max(1, Math.min(rows, Math.floor(stagingBytes / (4 * Math.max(1, columns)))));
  try {
    const staging = local.allocate(4 * most * columns);
    for (let start = 0; start < rows; start += most) await each(staging, start, Math.min(most, rows - start));
  } finally {
    local.free();
  }
}
