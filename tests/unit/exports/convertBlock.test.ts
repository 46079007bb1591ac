import { describe, expect, it } from 'vitest';
import { resolveOptions } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { ContentReport } from '$lib/core/exports/contentReport';
import { convertBlock, inThreads, type ConvertHelpers } from '$lib/core/exports/convertBlock';
import { findDestination } from '$lib/core/exports/destinations';
import { fieldsTable, mapFields } from '$lib/core/exports/fields';
import type { ExportBlock, ExportTable } from '$lib/core/exports/table';

const traits = ['email', 'phone', 'firstName', 'lastName', 'zip', 'country'];

/** Blocks of customers, of which some have nothing that can be matched by. */
function customers(blocks: readonly number[]): ExportTable {
  return {
    columns: ['user', ...traits].map((name) => ({ name, type: 'text' as const })),
    *blocks() {
      let from = 0;
      for (const rows of blocks) {
        const numbers = Array.from({ length: rows }, (_, i) => from + i);
        from += rows;
        yield {
          rows,
          cells: [
            numbers.map((n) => `u${n}`),
            numbers.map((n) => (n % 7 === 0 ? 'no address' : ` Person.${n % 5000}@Example.COM`)),
            numbers.map((n) => (n % 3 === 0 ? null : `138${String(n).padStart(8, '0')}`)),
            numbers.map((n) => `Ann ${n}`),
            numbers.map(() => 'Li'),
            numbers.map((n) => String(100_000 + n)),
            numbers.map((n) => (n % 2 ? 'CN' : 'US')),
          ],
        };
      }
    },
  };
}

/** Threads as they are: what they are given and give back is copied, and who began first may end last. */
function copies(delay: (n: number) => number): ConvertHelpers & { asked: number } {
  const helpers = {
    threads: 2,
    asked: 0,
    async convert(request: Parameters<ConvertHelpers['convert']>[0]) {
      const wait = delay(helpers.asked++);
      const converted = await convertBlock(structuredClone(request));
      await new Promise((resolve) => setTimeout(resolve, wait));
      return structuredClone(converted);
    },
  };
  return helpers;
}

async function readAll(id: string, source: ExportTable, helpers?: ConvertHelpers) {
  const destination = findDestination(id);
  const options = resolveOptions(id, destination.options, {});
  const report = new ContentReport();
  const elsewhere = helpers && inThreads(helpers, quietContext().signal);
  const blocks: ExportBlock[] = [];
  for await (const block of fieldsTable(source, destination, mapFields(destination, traits, options), options, elsewhere).blocks(report))
    blocks.push(block);
  return { blocks, rejects: report.rejects, readiness: report.readiness };
}

describe('values made by other threads', () => {
  it.each(['meta', 'google-customer-match', 'tencent'])('are those of one thread, in their order, for %s', async (id) => {
    const source = customers([10_000, 12_000, 500, 10_000]);
    const helpers = copies((n) => (n === 0 ? 60 : 0));
    const [alone, together] = [await readAll(id, source), await readAll(id, source, helpers)];
    expect(helpers.asked).toBe(3);
    expect(together.blocks.map(({ rows }) => rows)).toEqual(alone.blocks.map(({ rows }) => rows));
    expect(together).toEqual(alone);
    expect(alone.rejects.length).toBeGreaterThan(1000);
  });

  it('are not asked for where a value may stand in the list once', async () => {
    const helpers = copies(() => 0);
    const { rejects } = await readAll('klaviyo', customers([10_000]), helpers);
    expect([helpers.asked, rejects.some(({ reason }) => reason === 'duplicate')]).toEqual([0, true]);
  });

  it('fail with the thread that failed', async () => {
    const broken: ConvertHelpers = { threads: 2, convert: ({ block }) => Promise.reject(new Error(`at ${String(block.cells[0][0])}`)) };
    await expect(readAll('meta', customers([10_000, 10_000]), broken)).rejects.toThrow('at u0');
  });
});
