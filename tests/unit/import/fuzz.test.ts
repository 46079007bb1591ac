import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/lib/core/base/errors';
import { quietContext } from '../../../src/lib/core/base/run';
import { isMissing } from '../../../src/lib/core/schema/inspect/columnGuess';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { eventRoles, type Mapping } from '../../../src/lib/core/schema/roles';
import { stageFile, type StagedFile } from '../../../src/lib/core/schema/staging/stageFile';
import { fileOf } from './support';

/** The same cases in every run; raise `numRuns` to look further. */
const settings = { seed: 20261126, numRuns: 200 };
const columns = ['who', 'what', 'when', 'word', 'number', 'note'];
const zone = new TimeZone('Asia/Shanghai');

/** Whatever stands in cells of real exports, and what somebody may put there on purpose. */
const cell = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('ann', '001', '客户', '2026-05-01 08:00:00', '2026-02-30', '12.5', '-3', '1,299.00', 'pv', 'buy', ''),
  },
  fc.constantFrom(
    '=1+1',
    '@SUM(A1)',
    '+86 138',
    '<script>alert(1)</script>',
    '"',
    '""',
    "'",
    '\\N',
    'NULL',
    '\u0000',
    '\u2028',
    '\ufeff',
    '\ufffd',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !/\p{Surrogate}/u.test(text)),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constant('長'.repeat(5000)),
);
const row = fc.array(cell, { minLength: columns.length, maxLength: columns.length });
const roles = fc
  .array(fc.tuple(fc.constantFrom(...eventRoles), fc.constantFrom(...columns)), { maxLength: 8 })
  .map((pairs): Mapping['roles'] => ({ ...Object.fromEntries(pairs), user: 'who', time: 'when' }));

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csvOf = (rows: readonly string[][]) => [columns, ...rows].map((cells) => cells.map(quoted).join(',')).join('\n') + '\n';
const mappingOf = (given: Mapping['roles']): Mapping => ({
  kind: 'events',
  delimiter: ',',
  quote: '"',
  header: true,
  encoding: 'utf-8',
  columns,
  roles: given,
  timeFormat: { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' },
});

async function staged(content: string | Uint8Array, mapping: Mapping, blockBytes?: number): Promise<StagedFile | UserError> {
  try {
    return await stageFile(fileOf(content, 'fuzz.csv', blockBytes), mapping, {
      sourceId: 'fuzz',
      zone,
      currency: 'CNY',
      run: quietContext(),
    });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Rows in = kept + rejected, and every rejected row can be looked at. */
function checkAccount({ source, rowsRead, rowsRejected, rejectsKept }: StagedFile): void {
  expect((source.events?.rows ?? 0) + rowsRejected).toBe(rowsRead);
  expect(rejectsKept).toBe(rowsRejected);
  expect(source.events!.user.codes.length).toBe(source.events!.rows);
}

describe('a file of anything', () => {
  it('keeps or rejects every row, whatever its cells hold and whatever they are mapped to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), roles, async (rows, given) => {
        const result = await staged(csvOf(rows), mappingOf(given));
        if (result instanceof UserError) {
          expect(result.code).toBe('all_rows_rejected');
          return;
        }
        expect(result.rowsRead).toBe(rows.length);
        checkAccount(result);
      }),
      settings,
    );
  });

  it('keeps ids as they are given, to the character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 12 }), async (ids) => {
        const rows = ids.map((id) => [id, 'tea', '2026-05-01 08:00:00', 'pv', '1', '']);
        const result = await staged(csvOf(rows), mappingOf({ user: 'who', time: 'when', item: 'what' }));
        // In quotes a word such as NULL is somebody's name.
        const wanted = ids.filter((id) => id !== '');
        if (result instanceof UserError) return void expect(wanted).toEqual([]);
        const { codes, pool } = result.source.events!.user;
        expect(Array.from(codes, (code) => pool.text(code))).toEqual(wanted);
      }),
      settings,
    );
  });

  it('is the same however it comes in blocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        roles,
        fc.integer({ min: 1, max: 64 }),
        async (rows, given, blockBytes) => {
          const short = rows.map((cells) => cells.map((text) => text.slice(0, 100)));
          const [whole, cut] = [await staged(csvOf(short), mappingOf(given)), await staged(csvOf(short), mappingOf(given), blockBytes)];
          if (whole instanceof UserError) return void expect(cut).toMatchObject({ code: whole.code, values: whole.values });
          expect(cut).toEqual(whole);
        },
      ),
      { ...settings, numRuns: 30 },
    );
  });

  it('that was broken byte by byte is told, or read as far as it makes sense', async () => {
    const good = csvOf(Array.from({ length: 40 }, (_, i) => [`u${i % 7}`, `茶${i}`, '2026-05-01 08:00:00', 'pv', String(i), 'note']));
    const bytes = new TextEncoder().encode(good);
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 30 }), fc.nat(bytes.length), async (changes, length) => {
        const broken = bytes.slice(0, Math.max(1, length));
        for (const { at, to } of changes) if (at < broken.length) broken[at] = to;
        const preview = await inspectSource(fileOf(broken)).catch((error: unknown) => error);
        if (preview instanceof Error) return void expect(preview).toBeInstanceOf(UserError);
        const { mapping } = preview as Awaited<ReturnType<typeof inspectSource>>;
        const result = await staged(broken, mapping);
        if (!(result instanceof UserError) && mapping.kind === 'events') checkAccount(result);
      }),
      settings,
    );
  });
});

it('knows the words for nothing only outside quotes', () => {
  expect(['NULL', '\\N', 'nan', 'ann'].map(isMissing)).toEqual([true, true, true, false]);
});
