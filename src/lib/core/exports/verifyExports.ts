import { sha256Hex } from '../base/hash';
import { resolveOptions } from '../base/options';
import type { RunContext } from '../base/run';
import { rowKeys } from './delta/rowKeys';
import type { RowCheck } from './destination';
import { findDestination } from './destinations';
import { runDocuments } from './manifest';
import type { ReadManifest } from './manifestSchema';
import type { ExportColumn } from './table';
import { armsProblems } from './verifyArms';
import type { VerifyProblem } from './verifyProblem';

export type { VerifyProblem } from './verifyProblem';

/**
 * Compares the files of a run with its manifest: that all are there and no other, their sizes and SHA-256, that they
 * read back with as many rows and the columns that the manifest says, that every row passes its destination's check
 * (of exports whose manifest says the columns' types), and that the manifest's own counts fit each other: an audience
 * is what its last step left (consent and what is held out among them), no export has more rows than its audience, and
 * where changes were delivered, who was added is in the whole list and who was removed is not, and nobody who is held out
 * is in a platform's file; see {@link armsProblems}.
 * @param names of the files that are there
 * @param read bytes of one of them
 */
export async function verifyExports(
  manifest: ReadManifest,
  names: readonly string[],
  read: (name: string) => Promise<Uint8Array>,
  run: RunContext,
): Promise<VerifyProblem[]> {
  const problems: VerifyProblem[] = [...countProblems(manifest)];
  const known = new Set([...runDocuments, ...manifest.files.map(({ name }) => name)]);
  for (const name of names)
    if (!known.has(name)) problems.push({ code: 'file_unknown', file: name, what: 'the manifest does not name it' });
  const whole = new Map<string, Uint8Array>();
  for (const { name, bytes: size, sha256 } of manifest.files) {
    if (!names.includes(name)) {
      problems.push({ code: 'file_missing', file: name, what: 'it is not there' });
      continue;
    }
    const bytes = await read(name);
    const before = problems.length;
    if (bytes.length !== size) problems.push({ code: 'size', file: name, what: `it has ${bytes.length} bytes, not ${size}` });
    const found = sha256Hex(bytes);
    if (found !== sha256) problems.push({ code: 'hash', file: name, what: `its SHA-256 is ${found}, not ${sha256}` });
    // Of a file that is not the one that was written there is nothing else to say.
    if (problems.length === before) whole.set(name, bytes);
    await run.breathe();
  }
  for (const entry of manifest.exports) problems.push(...(await contentProblems(manifest, entry, whole, run)));
  const plan = names.includes('plan.json') ? await read('plan.json') : null;
  problems.push(...(await armsProblems(manifest, whole, plan, run)));
  return problems;
}

async function contentProblems(
  manifest: ReadManifest,
  {
    destination: destinationId,
    options: given,
    columns: headers,
    types,
    files,
    audience,
    delta,
    id: idHeader,
  }: ReadManifest['exports'][number],
  whole: ReadonlyMap<string, Uint8Array>,
  run: RunContext,
): Promise<VerifyProblem[]> {
  if (types === undefined) return [];
  const problems: VerifyProblem[] = [];
  let destination;
  let options;
  try {
    destination = findDestination(destinationId);
    options = resolveOptions(destinationId, destination.options, given);
  } catch (error) {
    return [{ code: 'destination_unknown', what: error instanceof Error ? error.message.replace(/\.$/, '') : String(error) }];
  }
  const id = idHeader === undefined ? headers[0] : idHeader;
  const own = headers.map((name, c): ExportColumn => ({ name, type: types[c], required: name === id }));
  const format = await destination.format(options);
  const kind = audience === undefined ? 'list' : 'audience';
  const checks = new Map<string | undefined, RowCheck>();
  const keysOf = new Map<string | undefined, Set<string>>();
  for (const { name, role, rows: wanted } of manifest.files) {
    const bytes = whole.get(name);
    if (!files.includes(name) || role === 'rejects' || !bytes) continue;
    const columns =
      role === 'removed' && delta
        ? delta.removedColumns.map((header): ExportColumn => ({ name: header, type: 'text', required: true }))
        : own;
    const keys = delta && rowKeys(destination, columns, options, id ?? undefined);
    const check = checks.get(role) ?? destination.check(kind, columns, options);
    checks.set(role, check);
    const seen = keysOf.get(role) ?? new Set();
    keysOf.set(role, seen);
    let rows = 0;
    try {
      for await (const block of format.read(bytes, columns, run)) {
        const names = columns.map((column) => column.name);
        if (block.names.join('\n') !== names.join('\n')) throw new Error(`its columns are ${block.names.join(', ')}`);
        for (let row = 0; row < block.rows; row++) {
          check.take(block, row);
          if (keys) for (const key of keys(block, row)) seen.add(key);
        }
        rows += block.rows;
      }
    } catch (error) {
      problems.push({ code: 'unreadable', file: name, what: error instanceof Error ? error.message : String(error) });
      continue;
    }
    if (rows !== wanted) problems.push({ code: 'rows', file: name, what: `it holds ${rows} rows, not ${wanted}` });
  }
  if (delta && problems.length === 0) problems.push(...deltaProblems(keysOf));
  return problems;
}

/** Who came in is in the whole list, and who went out is not. */
function* deltaProblems(keysOf: ReadonlyMap<string | undefined, ReadonlySet<string>>): Generator<VerifyProblem> {
  const whole = keysOf.get('whole') ?? new Set();
  const strangers = [...(keysOf.get('added') ?? [])].filter((key) => !whole.has(key)).length;
  if (strangers > 0) yield { code: 'delta', what: `${strangers} of those added are not in the whole list` };
  const staying = [...(keysOf.get('removed') ?? [])].filter((key) => whole.has(key)).length;
  if (staying > 0) yield { code: 'delta', what: `${staying} of those removed are in the whole list` };
}

function* countProblems({ audiences, exports, files }: ReadManifest): Generator<VerifyProblem> {
  for (const { id, members, steps } of audiences) {
    const last = steps.at(-1);
    if (last && last.left !== members) {
      yield { code: 'steps', what: `the audience ${id} has ${members} members, and its last step left ${last.left}` };
    }
    const grown = steps.find((step, i) => i > 0 && step.left > steps[i - 1].left);
    if (grown) yield { code: 'steps', what: `the step ${grown.step} of the audience ${id} left more than there were` };
  }
  for (const { audience, destination, rows, files: names, delta } of exports) {
    const rowsOf = (role: string | undefined) =>
      files.filter((file) => names.includes(file.name) && file.role === role).reduce((total, part) => total + part.rows, 0);
    const sum = rowsOf(delta ? 'whole' : undefined);
    if (delta && (rowsOf('added') !== delta.added + delta.changed || delta.added + delta.changed + delta.stays !== rows)) {
      yield { code: 'delta', what: `the changes of the export to ${destination} do not add up to its ${rows} rows` };
    }
    if (sum !== rows) yield { code: 'sum', what: `the export to ${destination} has ${rows} rows, and its files ${sum}` };
    const members = audiences.find(({ id }) => id === audience)?.members;
    if (members !== undefined && rows > members) {
      yield { code: 'sum', what: `the export to ${destination} has ${rows} rows, and its audience ${members} members` };
    }
  }
}
