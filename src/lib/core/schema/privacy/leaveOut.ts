import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { NumberColumn, TextColumn } from '../staging/columns';
import { RejectLog } from '../staging/rejectLog';
import type { StagedEntities, StagedEvents, StagedLinks, StagedSource } from '../staging/staged';
import type { TextPool } from '../staging/textPool';
import type { StagedFile } from '../staging/stageFile';
import { ErasedIds, type ErasedId } from './erasedIds';

export interface LeftOut {
  source: StagedSource;
  /** Rows of the file that are of erased people: its events, or its lines about users. */
  rows: number;
  /** Kept rejected rows that held an id of theirs. */
  rejects: number;
}

/** The kind of an id that is nothing else in particular, as `store/dataset` has it. */
const plainKind = 'user';

/**
 * A staged file without the people who were erased before: their events, what it says of them, their other ids, and the
 * rejected rows that hold one of their ids. Nothing of them is numbered, stored or named afterwards.
 * @param declaredIds attributes of its users that are other ids of the same person, and their kinds
 */
export async function leaveOutErased(
  staged: StagedSource,
  erased: ErasedIds,
  run: RunContext,
  declaredIds: Readonly<Record<string, string>> = {},
): Promise<LeftOut> {
  if (erased.isEmpty) return { source: staged, rows: 0, rejects: 0 };
  const kind = staged.userIdKind ?? plainKind;
  const gone = new Map<TextPool, Uint8Array>();
  const columns = [staged.events?.user, staged.users?.id, ...(staged.links ?? []).map(({ user }) => user)];
  for (const column of columns)
    if (column && !gone.has(column.pool)) gone.set(column.pool, await erasedCodes(column.pool, kind, erased, run));
  // Somebody may come under a new id and be known by another one that was erased.
  const declared = Object.entries(declaredIds).flatMap(([name, of]) => {
    const id = staged.users?.attributes.get(name);
    return id && staged.users ? [{ kind: of, user: staged.users.id, id }] : [];
  });
  for (const link of [...(staged.links ?? []), ...declared])
    await markOwners(link, gone, await erasedCodes(link.id.pool, link.kind, erased, run));

  const source = { ...staged };
  let rows = 0;
  if (staged.events) {
    const kept = rowsOfOthers(staged.events.user, gone);
    rows += staged.events.rows - kept.length;
    source.events = { ...(keptRows(staged.events, kept, staged.events.rows) as StagedEvents), rows: kept.length };
  }
  if (staged.users) {
    const kept = rowsOfOthers(staged.users.id, gone);
    if (!staged.events) rows += staged.users.id.codes.length - kept.length;
    source.users = keptRows(staged.users, kept, staged.users.id.codes.length) as StagedEntities;
  }
  if (staged.links)
    source.links = staged.links.map((link) => keptRows(link, rowsOfOthers(link.user, gone), link.user.codes.length) as StagedLinks);
  let rejects = 0;
  if (staged.rejects) {
    const kept = await rejectsOfOthers(staged.rejects, kind, erased, run);
    rejects = staged.rejects.length - kept.length;
    source.rejects = kept;
  }
  return { source, rows, rejects };
}

/**
 * Takes who was erased before out of a staged file, whose rows count as rejected. They are not among the rejected rows
 * that are kept: there is to be no trace of them.
 * @throws UserError `all_rows_erased`
 */
export async function leaveOutOf(
  staged: Pick<StagedFile, 'source' | 'rowsRead' | 'rowsRejected' | 'rejectsKept' | 'rejectCounts'>,
  erased: readonly ErasedId[] | undefined,
  run: RunContext,
  declaredIds: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (!erased || erased.length === 0) return;
  const { source, rows, rejects } = await leaveOutErased(staged.source, new ErasedIds(erased), run, declaredIds);
  staged.source = source;
  staged.rowsRejected += rows;
  staged.rejectsKept -= rejects;
  if (rows > 0) staged.rejectCounts.set('erased_before', rows);
  if (rows > 0 && staged.rowsRejected === staged.rowsRead) {
    throw new UserError(
      'all_rows_erased',
      'Every row of the file that can be used is of somebody who was erased from this workspace.',
      'Nothing was imported; who was erased stays out.',
      { rows },
    );
  }
}

async function erasedCodes(pool: TextPool, kind: string, erased: ErasedIds, run: RunContext): Promise<Uint8Array> {
  const found = new Uint8Array(pool.size);
  for (let code = 0; code < pool.size; code++) {
    if (erased.has(kind, pool.text(code))) found[code] = 1;
    if ((code & 0xff) === 0) await run.breathe();
  }
  return found;
}

/** Marks those who are known by an erased id, in every column of users. */
async function markOwners({ user, id }: StagedLinks, gone: ReadonlyMap<TextPool, Uint8Array>, goneIds: Uint8Array): Promise<void> {
  if (!goneIds.includes(1)) return;
  const owners = new Set<number>();
  user.codes.forEach((code, row) => {
    if (code >= 0 && id.codes[row] >= 0 && goneIds[id.codes[row]] === 1) owners.add(code);
  });
  for (const owner of owners) {
    for (const [pool, marks] of gone) {
      const code = pool === user.pool ? owner : pool.find(user.pool.text(owner));
      if (code >= 0) marks[code] = 1;
    }
  }
}

function rowsOfOthers({ codes, pool }: TextColumn, gone: ReadonlyMap<TextPool, Uint8Array>): Int32Array {
  const marks = gone.get(pool)!;
  const kept = new Int32Array(codes.length);
  let size = 0;
  for (let row = 0; row < codes.length; row++) if (codes[row] < 0 || marks[codes[row]] === 0) kept[size++] = row;
  return kept.subarray(0, size);
}

/**
 * The same columns with some of their rows, however they lie in the object: single, in maps, in lists, or as bare arrays
 * of a number for each of the `total` rows.
 */
function keptRows(value: unknown, rows: Int32Array, total: number): unknown {
  if (value === null || typeof value !== 'object' || rows.length === total) return value;
  if (value instanceof Float64Array) return value.length === total ? Float64Array.from(rows, (row) => value[row]) : value;
  if (value instanceof Int32Array) return value.length === total ? Int32Array.from(rows, (row) => value[row]) : value;
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, keptRows(member, rows, total)]));
  if (Array.isArray(value)) return value.map((member) => keptRows(member, rows, total));
  if (isText(value)) return { ...value, codes: keptRows(value.codes, rows, total) };
  if (isNumber(value)) return { ...value, values: keptRows(value.values, rows, total) };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, keptRows(member, rows, total)]));
}

const isText = (value: object): value is TextColumn => (value as Partial<TextColumn>).kind === 'text' && 'codes' in value;
const isNumber = (value: object): value is NumberColumn => (value as Partial<NumberColumn>).kind === 'number' && 'values' in value;

/** A rejected row is text: it goes where any of its cells is an erased id. */
async function rejectsOfOthers(
  rejects: NonNullable<StagedSource['rejects']>,
  kind: string,
  erased: ErasedIds,
  run: RunContext,
): Promise<RejectLog> {
  const known = new Map<string, boolean>();
  const isErased = (cell: string) => {
    let answer = known.get(cell);
    if (answer === undefined) known.set(cell, (answer = [plainKind, kind, 'email', 'phone'].some((each) => erased.has(each, cell))));
    return answer;
  };
  const kept = new RejectLog();
  for (const [i, row] of rejects.entries()) {
    if (!cellsOf(row.text).some(isErased)) kept.add(row);
    if ((i & 0x3f) === 0) await run.breathe();
  }
  return kept;
}

/** Whatever could be a cell: the text between separators, without quotes. */
export function cellsOf(text: string): string[] {
  return text.split(/[,;\t|\r\n]/).map((cell) => cell.trim().replace(/^"|"$/g, '').replaceAll('""', '"'));
}
