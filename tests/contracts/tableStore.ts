import { Dictionary, Int32, Table, tableFromArrays, tableFromIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '../../src/lib/core/base/errors';
import { Random } from '../../src/lib/core/base/random';
import { indexesOf, numbersOf, rowsOf, textsOf } from '../../src/lib/core/store/columns';
import { identifier, join, sql, Sql } from '../../src/lib/core/store/sql';
import type { TableStore } from '../../src/lib/core/store/tableStore';
import { awkwardTexts, typedColumns, typedRows, typedValues } from './tableStoreData';

/** What every table store must do, with the same answers from each engine. */
export function tableStoreContract(name: string, open: () => Promise<TableStore>): void {
  describe(name, () => {
    let store: TableStore;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());
    const only = async (text: Sql) => rowsOf(await store.query(text))[0][0];

    it('answers a question about a shop', async () => {
      await store.execute(
        sql`CREATE TABLE shop AS SELECT * FROM (VALUES ('客户-01', 12.50), ('客户-01', 7.50), ('O''Brien', 5.00)) AS t(user_id, total)`,
      );
      const best = await store.query(sql`SELECT user_id, sum(total) AS spent FROM shop GROUP BY user_id ORDER BY spent DESC`);
      expect(rowsOf(best)).toEqual([
        ['客户-01', 20],
        ["O'Brien", 5],
      ]);
    });

    it('takes a large table in with every row in its place, whatever its columns are', async () => {
      const rows = 300_001;
      const words = ['view', 'cart', '购买'];
      const at = Array.from({ length: rows }, (_, row) => row);
      const table = new Table({
        row: vectorFromArray(at, new Int32()),
        word: vectorFromArray(
          at.map((row) => (row % 7 === 0 ? null : words[row % 3])),
          new Dictionary(new Utf8(), new Int32()),
        ),
        text: vectorFromArray(
          at.map((row) => (row % 5 === 0 ? null : `N${row}`)),
          new Utf8(),
        ),
      });
      await store.putTable('large', table);
      const wrong = sql`SELECT count(*)::INTEGER AS wrong FROM (SELECT *, (row_number() OVER () - 1)::INTEGER AS place FROM large)
        WHERE row <> place OR text IS DISTINCT FROM CASE WHEN row % 5 = 0 THEN NULL ELSE 'N' || row END
          OR word IS DISTINCT FROM CASE WHEN row % 7 = 0 THEN NULL ELSE ['view', 'cart', '购买'][row % 3 + 1] END`;
      expect(await only(wrong)).toBe(0);
      expect(await only(sql`SELECT count(*)::INTEGER FROM large`)).toBe(rows);
    });

    it('says which engine it is', () => {
      // The page and the command line read one dialect: the same minor version, if not the same mends.
      expect(store.engine.version).toMatch(/^v1\.4\./);
      expect(store.engine.threads).toBeGreaterThan(0);
    });

    it('gives every type as the same Arrow type with the same values', async () => {
      const table = await store.query(typedRows);
      expect(table.schema.fields.map((field) => `${field.name} ${field.type}`)).toEqual(typedColumns);
      expect(rowsOf(table).map((row) => row.slice(0, -1))).toEqual(typedValues);
      expect(Array.from(table.getChild('lists')!, (list) => list && [...list])).toEqual([[1, 2], [], null]);
    });

    it('keeps texts exactly: Chinese, leading zeros, quotes, NUL, empty beside NULL', async () => {
      const values = join(awkwardTexts.map((text, row) => sql`(${row}, ${text})`));
      await store.execute(sql`CREATE OR REPLACE TABLE texts AS SELECT * FROM (VALUES ${values}) AS t(row, text)`);
      expect(textsOf(await store.query(sql`SELECT text FROM texts ORDER BY row`), 'text')).toEqual(awkwardTexts);
      for (const text of awkwardTexts) {
        if (text === null) continue;
        expect(await only(sql`SELECT count(*)::INTEGER FROM texts WHERE text = ${text}`)).toBe(
          awkwardTexts.filter((other) => other === text).length,
        );
      }
    });

    it('lets no text out of its quotes, whatever it is made of', async () => {
      const random = new Random(7);
      const pieces = [
        "'",
        '"',
        '\\',
        ';',
        '--',
        '/*',
        '*/',
        '\0',
        '\n',
        '$$',
        '::',
        '%',
        'DROP TABLE texts',
        '客',
        '😀',
        '{',
        '}',
        '?',
        '$1',
        ' || ',
        'a',
      ];
      const texts = Array.from({ length: 200 }, () =>
        Array.from({ length: random.below(9) }, () => pieces[random.below(pieces.length)]).join(''),
      );
      expect(rowsOf(await store.query(sql`SELECT unnest([${texts}]) AS text`)).flat()).toEqual(texts);
      for (const text of texts.filter((candidate) => candidate !== '' && !candidate.includes('\0')).slice(0, 50)) {
        const table = await store.query(sql`SELECT 1 AS ${identifier(text)}`);
        expect(table.schema.names).toEqual([text]);
      }
      expect(await only(sql`SELECT count(*)::INTEGER FROM texts`)).toBe(awkwardTexts.length);
    });

    it('puts a table, reads it, and puts what it read: the same rows, types and order', async () => {
      await store.execute(sql`CREATE OR REPLACE TABLE original AS ${typedRows}`);
      await store.execute(sql`ALTER TABLE original DROP COLUMN lists`);
      const bytes = await store.readTable('original');
      await store.putTable('from_bytes', bytes.slice());
      await store.putTable('from_table', tableFromIPC(bytes));
      // Arrow has no whole number of 128 bits, so HUGEINT comes back as the decimal that holds it.
      const types = (table: string) =>
        sql`SELECT column_name, replace(column_type, 'HUGEINT', 'DECIMAL(38,0)') FROM (DESCRIBE ${identifier(table)})`;
      for (const copy of ['from_bytes', 'from_table']) {
        expect(rowsOf(await store.query(sql`SELECT * FROM ${identifier(copy)}`))).toEqual(
          rowsOf(await store.query(sql`SELECT * FROM original`)),
        );
        expect(rowsOf(await store.query(types(copy)))).toEqual(rowsOf(await store.query(types('original'))));
      }
    });

    it('takes tables of many rows in several batches, sliced, with dictionaries, and without rows', async () => {
      const count = 5000;
      const numbers = Int32Array.from({ length: count }, (_, i) => i);
      const whole = tableFromArrays({ n: numbers, x: Float64Array.from(numbers, (n) => n / 4) });
      await store.putTable('many', new Table([...whole.slice(0, 10).batches, ...whole.slice(10, 4999).batches]));
      expect(rowsOf(await store.query(sql`SELECT count(*)::INTEGER, sum(n)::DOUBLE, sum(x) FROM many`))).toEqual([
        [4999, (4998 * 4999) / 2, (4998 * 4999) / 8],
      ]);
      const colours = Array.from(numbers, (n) => (n % 7 === 0 ? null : ['红', 'blue', ''][n % 3]));
      await store.putTable('colours', new Table({ colour: vectorFromArray(colours), plain: vectorFromArray(colours, new Utf8()) }));
      expect(await only(sql`SELECT count(*)::INTEGER FROM colours WHERE colour IS NOT DISTINCT FROM plain`)).toBe(count);
      expect(textsOf(await store.query(sql`SELECT colour FROM colours ORDER BY rowid`), 'colour')).toEqual(colours);
      await store.putTable(
        'nobody',
        new Table({ colour: vectorFromArray(colours).slice(0, 0), missing: vectorFromArray(['a']).slice(0, 0) }),
      );
      expect(rowsOf(await store.query(sql`SELECT * FROM nobody`))).toEqual([]);
      await store.putTable('many', tableFromArrays({ other: Int32Array.of(1) }));
      expect(rowsOf(await store.query(sql`SELECT * FROM many`))).toEqual([[1]]);
    });

    it('keeps the table from before when a new one cannot be put', async () => {
      await store.putTable('kept', tableFromArrays({ n: Int32Array.of(1, 2) }));
      await expect(store.putTable('kept', new Uint8Array(0))).rejects.toThrow();
      expect(await only(sql`SELECT count(*)::INTEGER FROM kept`)).toBe(2);
    });

    it('reads columns as plain arrays', async () => {
      const table = await store.query(
        sql`SELECT i::INTEGER AS user_index, CASE WHEN i <> 2 THEN (i * 1.1)::DECIMAL(18,4) END AS value, CASE WHEN i <> 1 THEN 'u' || i END AS id FROM range(4) t(i)`,
      );
      expect(indexesOf(table, 'user_index')).toEqual(Int32Array.of(0, 1, 2, 3));
      expect(numbersOf(table, 'value')).toEqual(Float64Array.of(0, 1.1, NaN, 3.3));
      expect(textsOf(table, 'id')).toEqual(['u0', null, 'u2', 'u3']);
      expect(() => numbersOf(table, 'price')).toThrow('no column "price"');
    });

    it('adds money exactly', async () => {
      expect(await only(sql`SELECT sum(0.10::DECIMAL(18,4)) = 100000 FROM range(1000000)`)).toBe(true);
      expect(await only(sql`SELECT sum((-0.01)::DECIMAL(18,4)) FROM range(3)`)).toBe(-0.03);
    });

    it('keeps the order of rows it is asked for, and of a table', async () => {
      await store.execute(sql`CREATE OR REPLACE TABLE shuffled AS SELECT i, hash(i) AS h FROM range(20000) t(i) ORDER BY h, i`);
      const again = await store.query(sql`SELECT i::INTEGER AS i FROM shuffled`);
      const ordered = await store.query(sql`SELECT i::INTEGER AS i FROM shuffled ORDER BY h, i`);
      expect(indexesOf(again, 'i')).toEqual(indexesOf(ordered, 'i'));
    });

    it('runs SQL over a file of bytes', async () => {
      const csv = 'user_id,price,comment\n007,1.50,"say ""hi"", 你好"\n,2,\n';
      const rows = await store.withFile(new TextEncoder().encode(csv), (path) =>
        store.query(
          sql`SELECT * FROM read_csv(${path}, header = true, columns = {'user_id': 'VARCHAR', 'price': 'DECIMAL(18,4)', 'comment': 'VARCHAR'})`,
        ),
      );
      expect(rowsOf(rows)).toEqual([
        ['007', 1.5, 'say "hi", 你好'],
        [null, 2, null],
      ]);
      let path = '';
      await expect(store.withFile(new Uint8Array(1), (given) => ((path = given), Promise.reject(new Error('stop'))))).rejects.toThrow(
        'stop',
      );
      await expect(store.query(sql`SELECT * FROM read_csv(${path})`)).rejects.toThrow();
    });

    it('stops a cancelled query, frees the caller, and answers the next one', async () => {
      const controller = new AbortController();
      const endless = store.query(sql`SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)`, controller.signal);
      setTimeout(() => controller.abort(), 100);
      await expect(endless).rejects.toBeInstanceOf(Cancelled);
      expect(await only(sql`SELECT 42`)).toBe(42);
      await expect(store.query(sql`SELECT 1`, controller.signal)).rejects.toBeInstanceOf(Cancelled);
      const late = new AbortController();
      expect(rowsOf(await store.query(sql`SELECT 43`, late.signal))).toEqual([[43]]);
      late.abort();
      expect(await only(sql`SELECT 44`)).toBe(44);
    });

    it('leaves no half table behind a cancelled statement', async () => {
      const controller = new AbortController();
      const making = store.execute(
        sql`CREATE TABLE half AS SELECT a.i + b.i AS i FROM range(100000) a(i), range(100000) b(i)`,
        controller.signal,
      );
      setTimeout(() => controller.abort(), 50);
      await expect(making).rejects.toBeInstanceOf(Cancelled);
      await expect(store.query(sql`SELECT * FROM half`)).rejects.toThrow(/half/);
    });

    it('says what is wrong with a statement', async () => {
      await expect(store.query(sql`SELECT nonsense FROM shop`)).rejects.toThrow(/nonsense/);
      await expect(store.execute(sql`SELEKT 1`, new AbortController().signal)).rejects.toThrow(/SELEKT/);
      expect(await only(sql`SELECT 1`)).toBe(1);
    });

    it('tells the bytes it holds', async () => {
      expect(await store.memoryBytes()).toBeGreaterThan(0);
    });
  });
}
