import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { resolveOptions } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { makeDelta } from '$lib/core/exports/delta/makeDelta';
import { previousList } from '$lib/core/exports/delta/previousList';
import { findDestination } from '$lib/core/exports/destinations';
import type { ExportContent } from '$lib/core/exports/exportContent';
import { fieldsTable, mapFields, traitsOf } from '$lib/core/exports/fields';
import { makeFiles } from '$lib/core/exports/makeFiles';
import { exportEntry, fileEntries } from '$lib/core/exports/manifest';
import type { ReadManifest } from '$lib/core/exports/manifestSchema';
import type { ExportCell } from '$lib/core/exports/table';
import type { ExportFile } from '$lib/core/exports/types';
import { verifyExports } from '$lib/core/exports/verifyExports';
import { tableOf } from './nasty';

interface Run {
  manifest: ReadManifest;
  files: ExportFile[];
}

/** One run that exports customers to a destination: id, then the traits; changes since another run where there is one. */
async function run(id: string, traits: string[], customers: ExportCell[][], earlier?: Run, given: OptionValues = {}): Promise<Run> {
  const destination = findDestination(id);
  const options = resolveOptions(id, destination.options, given);
  const columns = ['user', ...traits].map((name) => ({ name, type: 'text' as const, ...(name === 'user' && { required: true }) }));
  const source = tableOf(columns, customers);
  const mapping = destination.fields === 'chosen' ? null : mapFields(destination, traits, options);
  const table = mapping
    ? fieldsTable(tableOf(pick(columns, mapping), pickRows(columns, mapping, customers)), destination, mapping, options)
    : source;
  const content: ExportContent = { kind: 'audience', table, rows: customers.length, users: customers.length };
  const previous =
    earlier &&
    previousList({ manifest: earlier.manifest, read: (name) => fileOf(earlier, name).read() }, { audience: 'mail' }, destination, options);
  const names = new Set<string>();
  const made = previous
    ? await makeDelta('mail', content, destination, given, previous, names, quietContext())
    : await makeFiles('mail', content, destination, given, names, quietContext());
  const entry = { audience: 'mail', destination: id, options: given };
  const manifest = {
    createdAt: '2026-11-01T08:00:00.000Z',
    audiences: [{ id: 'mail', members: customers.length, steps: [], conditions: [] }],
    exports: [exportEntry(entry, content, made)],
    files: fileEntries(id, made.files),
  } as unknown as ReadManifest;
  return { manifest, files: made.files };
}
const pick = (columns: { name: string; type: 'text' }[], mapping: ReturnType<typeof mapFields>) =>
  columns.filter(({ name }) => name === 'user' || traitsOf(mapping).includes(name));
const pickRows = (columns: { name: string }[], mapping: ReturnType<typeof mapFields>, rows: ExportCell[][]) =>
  rows.map((row) => row.filter((_, c) => c === 0 || traitsOf(mapping).includes(columns[c].name)));

const fileOf = ({ files }: Run, name: string) => files.find((file) => file.name === name)!;
const linesOf = async (made: Run, name: string) =>
  new TextDecoder()
    .decode(await fileOf(made, name).read())
    .trimEnd()
    .split('\n');
const namesOf = ({ files }: Run) => files.map(({ name, role }) => (role ? `${name} (${role})` : name));
const problems = ({ manifest, files }: Run) =>
  verifyExports(
    manifest,
    files.map(({ name }) => name),
    (name) => fileOf({ manifest, files }, name).read(),
    quietContext(),
  );

describe('an export that delivers changes', () => {
  const november: ExportCell[][] = [
    ['1', 'ann@example.org'],
    ['2', 'bo@example.org'],
    ['3', 'cy@example.org'],
  ];
  const december: ExportCell[][] = [
    ['2', 'bo@example.org'],
    ['3', 'cy@new.example'],
    ['4', 'di@example.org'],
  ];

  it('says who comes in and who goes out, and keeps the whole list for the next time', async () => {
    const first = await run('meta', ['email'], november, undefined, { hash: 'plain' });
    expect(namesOf(first)).toEqual(['mail-meta.csv']);
    const second = await run('meta', ['email'], december, first, { hash: 'plain' });
    expect(namesOf(second)).toEqual(['mail-meta-added.csv (added)', 'mail-meta-removed.csv (removed)', 'mail-meta-whole.csv (whole)']);
    expect(await linesOf(second, 'mail-meta-added.csv')).toEqual(['email', 'cy@new.example', 'di@example.org']);
    expect(await linesOf(second, 'mail-meta-removed.csv')).toEqual(['email', 'ann@example.org', 'cy@example.org']);
    expect(second.manifest.exports[0]).toMatchObject({ rows: 3, delta: { added: 2, changed: 0, removed: 2, stays: 1 } });

    // The third is told from the whole list of the second.
    const third = await run('meta', ['email'], november, second, { hash: 'plain' });
    expect(await linesOf(third, 'mail-meta-added.csv')).toEqual(['email', 'ann@example.org', 'cy@example.org']);
    expect(await linesOf(third, 'mail-meta-removed.csv')).toEqual(['email', 'cy@new.example', 'di@example.org']);
    for (const made of [first, second, third]) expect(await problems(made)).toEqual([]);
  });

  it('never takes out who stays by another identifier: the platform would take the person', async () => {
    const traits = ['email', 'phone'];
    const first = await run('meta', traits, [['1', 'ann@example.org', '+8613800138000']], undefined, { hash: 'plain' });
    const second = await run('meta', traits, [['1', 'ann@example.org', '+8613800138001']], first, { hash: 'plain' });
    expect(second.manifest.exports[0].delta).toMatchObject({ added: 0, changed: 1, removed: 0, stays: 0 });
    expect(await linesOf(second, 'mail-meta-added.csv')).toEqual(['email,phone', 'ann@example.org,8613800138001']);
    expect(await linesOf(second, 'mail-meta-removed.csv')).toEqual(['email,phone']);
  });

  it('counts who goes out of platforms that take no such file, and writes none', async () => {
    const first = await run('linkedin', ['email'], november);
    const second = await run('linkedin', ['email'], december, first);
    expect(second.files.map(({ role }) => role)).toEqual(['added', 'whole']);
    expect(second.manifest.exports[0].delta).toMatchObject({ removed: 2 });
    expect(await problems(second)).toEqual([]);
  });

  it.each(['csv', 'spreadsheet', 'xlsx', 'parquet', 'jsonl', 'arrow'])(
    'in %s goes by the customer’s id, and of who goes out says no more',
    async (id) => {
      const first = await run(id, ['email'], november);
      const second = await run(id, ['email'], december, first);
      expect(second.manifest.exports[0].delta).toMatchObject({ added: 1, removed: 1, stays: 2, removedColumns: ['user'] });
      expect(await problems(second)).toEqual([]);
    },
  );

  it('delivers everything where the list before was made with other options', async () => {
    const first = await run('meta', ['email'], november);
    const second = await run('meta', ['email'], december, first, { hash: 'plain' });
    expect(namesOf(second)).toEqual(['mail-meta.csv']);
  });

  it('is told from an empty list, and to one', async () => {
    const empty = await run('tencent', ['phone'], []);
    const one = await run('tencent', ['phone'], [['1', '13800138000']], empty);
    expect(one.manifest.exports[0].delta).toMatchObject({ added: 1, removed: 0 });
    const none = await run('tencent', ['phone'], [], one);
    expect(none.manifest.exports[0].delta).toMatchObject({ added: 0, removed: 1, stays: 0 });
    expect(await problems(none)).toEqual([]);
  });

  it('is found wrong by verify where somebody is in both, and where the counts do not add up', async () => {
    const first = await run('csv', ['email'], november);
    const second = await run('csv', ['email'], december, first);
    const swapped: Run = { manifest: structuredClone(second.manifest), files: second.files };
    // The ids that go out, from another run.
    const other = await run(
      'csv',
      ['email'],
      [['1', '']],
      await run(
        'csv',
        ['email'],
        [
          ['2', ''],
          ['1', ''],
        ],
      ),
    );
    const wrong = other.files.find(({ role }) => role === 'removed')!;
    swapped.files = second.files.map((file) => (file.role === 'removed' ? { ...wrong, name: file.name } : file));
    Object.assign(
      swapped.manifest.files.find(({ role }) => role === 'removed')!,
      { sha256: wrong.sha256, bytes: wrong.size, rows: wrong.rows },
    );
    expect((await problems(swapped)).map(({ what }) => what)).toEqual(['1 of those removed are in the whole list']);
    second.manifest.exports[0].delta!.stays++;
    expect((await problems(second)).map(({ code }) => code)).toEqual(['delta']);
  });
});
