import { describe, expect, it } from 'vitest';
import { createRunContext, quietContext } from '../../src/lib/core/base/run';
import type { FileSource } from '../../src/lib/core/schema/files';
import { openTable } from '../../src/lib/core/schema/formats';
import { inspectSource } from '../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../src/lib/core/schema/parse/timeZone';
import type { TextColumn } from '../../src/lib/core/schema/staging/columns';
import { stageInParallel, type StageHelpers } from '../../src/lib/core/schema/staging/stageInParallel';
import { stageRange, type StagedRange } from '../../src/lib/core/schema/staging/stageRange';

/** Several threads give what one gives, on every platform. */
export function stageHelpersContract(
  name: string,
  helpers: StageHelpers,
  fileOf: (text: string) => FileSource | Promise<FileSource>,
): void {
  describe(`reading in parts with ${name}`, () => {
    const lines = (count: number, line: (row: number) => string) => `user_id,item_id,event,timestamp,quantity,price,order_id\n${Array.from({ length: count }, (_, row) => `${line(row)}\n`).join('')}`; // prettier-ignore
    const plain = (row: number) => `客户${(row * 7919) % 97},sku-${row % 13},${['pv', 'cart', 'buy'][row % 3]},2026-01-05 10:00:${String(row % 60).padStart(2, '0')},${row % 4},${row % 9}.5,${row % 3 === 2 ? `O${row}` : ''}`; // prettier-ignore

    it('gives the rows, texts and rejects of one thread', async () => {
      // Every 50th row lacks its user, every 70th has one column too few.
      const text = lines(3000, (row) => (row % 50 === 7 ? plain(row).replace(/^[^,]*/, '') : row % 70 === 9 ? `u,${row}` : plain(row)));
      const { parts, whole } = await both(text);
      expect(rowsOf(parts!)).toEqual(rowsOf(whole));
      expect(parts!.rejectCounts).toEqual(whole.rejectCounts);
      expect([...parts!.source.rejects!]).toEqual([...whole.source.rejects!]);
      expect([parts!.rowsRead, parts!.negativeQuantities]).toEqual([3000, whole.negativeQuantities]);
    });

    it('gives the kept columns and currencies of one thread', async () => {
      const kept = (row: number) => `${plain(row)},${row % 5 === 0 ? '' : `C${row % 700}`},${row / 4},${['CNY', 'eur', ''][row % 3]}`;
      const text = lines(3000, kept).replace('order_id', 'order_id,coupon,days,currency');
      const { parts, whole } = await both(text, (file) => inspectSource(file));
      expect([...parts!.source.events!.properties!.keys()]).toEqual(['coupon', 'days']);
      expect(rowsOf(parts!)).toEqual(rowsOf(whole));
      expect(rowsOf(whole)[5]).toMatchObject({ coupon: null, days: '1.25', currency: null });
      expect(rowsOf(whole)[4]).toMatchObject({ coupon: 'C4', days: '1', currency: 'EUR' });
    });

    it('reads line breaks in quotes wherever they lie, or leaves the file to one thread', async () => {
      const { parts, whole } = await both(lines(600, (row) => plain(row).replace(/^[^,]*/, `"client ""${row}"",\nnext"`)));
      expect(whole.rowsRead).toBe(600);
      if (parts) expect(rowsOf(parts)).toEqual(rowsOf(whole));
      const { parts: none } = await both(lines(3, (row) => (row === 1 ? `"${'line\n'.repeat(4000)}",a,pv,2026-01-01,,,` : plain(row))));
      expect(none).toBeUndefined();
    });

    it('says what is wrong with the header, and stops when it is cancelled', async () => {
      const file = await fileOf(lines(3000, plain));
      const { mapping } = await inspectSource(file);
      const other = await fileOf(lines(3000, plain).replace('user_id', 'somebody'));
      await expect(stageInParallel(await openTable(other), mapping, helpers, optionsOf(), 1000)).rejects.toMatchObject({
        code: 'columns_changed',
      });
      const controller = new AbortController();
      const run = createRunContext(controller.signal);
      const reading = stageInParallel(await openTable(file), mapping, helpers, { ...optionsOf(), run }, 1000);
      controller.abort();
      await expect(reading).rejects.toThrow('Cancelled');
    });

    async function both(
      text: string,
      inspect = async (_file: FileSource) => inspectSource(await fileOf(lines(200, plain))),
    ): Promise<{ parts: StagedRange | undefined; whole: StagedRange }> {
      const file = await fileOf(text);
      const { mapping } = await inspect(file);
      const whole = await stageRange(await openTable(file), mapping, optionsOf());
      return { whole, parts: await stageInParallel(await openTable(file), mapping, helpers, optionsOf(), 1000) };
    }
  });
}

const optionsOf = () => ({ sourceId: 'log', zone: new TimeZone('Asia/Shanghai'), currency: 'CNY', run: quietContext() });

/** Rows as a person would read them, whatever codes their texts have. */
function rowsOf({ source }: StagedRange): unknown[] {
  const { rows, properties = new Map<string, TextColumn>(), ...columns } = source.events!;
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      [...Object.entries(columns), ...properties].map(([name, column]) => [
        name,
        column.kind === 'number' ? column.values[row] : column.codes[row] < 0 ? null : column.pool.text(column.codes[row]),
      ]),
    ),
  );
}
