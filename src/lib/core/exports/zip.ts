import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { joinedBytes } from '../base/bytes';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { inMemory, type ShelvedBytes } from './shelf';

export interface ZipEntry extends ShelvedBytes {
  name: string;
}

/** Bytes that are compressed between two pauses. */
const pieceBytes = 512 << 10;

/** Small files as one zip; see {@link zipPieces}. */
export async function zipFiles(files: readonly { name: string; bytes: Uint8Array }[], run: RunContext): Promise<Uint8Array> {
  const entries = files.map(({ name, bytes }) => ({ name, ...inMemory([bytes]) }));
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(entries, run)) pieces.push(piece);
  return joinedBytes(pieces);
}

/**
 * The entries as one zip, in their order, as its bytes come; only a piece of an entry is in memory. Equal entries give
 * equal bytes: every entry has the oldest date that a zip can hold. Parquet is compressed already and only stored.
 * @throws UserError `zip_too_large`
 */
export async function* zipPieces(entries: readonly ZipEntry[], run: RunContext): AsyncGenerator<Uint8Array> {
  const totalBytes = entries.reduce((sum, { size }) => sum + size, 0);
  refuseTooLarge(entries.length, totalBytes);
  let pieces: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(piece);
  });
  const taken = () => {
    const ready = pieces;
    pieces = [];
    return ready;
  };
  let doneBytes = 0;
  for (const { name, size, blob } of entries) {
    const content = blob();
    const file = name.endsWith('.parquet') ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    // The zip format keeps local time: this constructor's fields are the same in every time zone.
    file.mtime = new Date(1980, 0, 1);
    zip.add(file);
    for (let at = 0; at < size; at += pieceBytes) {
      // Memory of its own, which the compressor may keep or hand over.
      const piece = new Uint8Array(await content.slice(at, at + pieceBytes).arrayBuffer());
      file.push(piece);
      doneBytes += piece.length;
      run.report({ stage: 'zip', done: doneBytes, total: totalBytes, unit: 'bytes' });
      yield* taken();
      await run.breathe();
    }
    file.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* taken();
}

/** Without zip64, which fflate does not write: sizes and places of 32 bits, of which compressing badly may need a little more. */
function refuseTooLarge(files: number, bytes: number): void {
  if (files < 0xffff && bytes * 1.001 + files * 1024 < 0xffffffff) return;
  throw new UserError(
    'zip_too_large',
    `${files} files with ${bytes} bytes are more than a zip can hold, which is 4 GiB and 65,534 files.`,
    'Save the files into a folder, run the plan on the command line, or export fewer at a time.',
    { files, bytes },
  );
}
