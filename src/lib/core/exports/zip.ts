import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { joinedBytes } from '../base/bytes';
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
 * The entries as one zip, in their order, as its bytes come; one entry at a time is in memory. Equal entries give equal bytes: every entry has the oldest date
 * that a zip can hold. Parquet is compressed already and only stored.
 */
export async function* zipPieces(entries: readonly ZipEntry[], run: RunContext): AsyncGenerator<Uint8Array> {
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
  const totalBytes = entries.reduce((sum, { size }) => sum + size, 0);
  let doneBytes = 0;
  for (const { name, read } of entries) {
    const bytes = await read();
    const file = name.endsWith('.parquet') ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    // The zip format keeps local time: this constructor's fields are the same in every time zone.
    file.mtime = new Date(1980, 0, 1);
    zip.add(file);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      // A copy: the compressor may keep or hand over the memory that it is given.
      file.push(bytes.slice(at, at + pieceBytes));
      doneBytes += Math.min(pieceBytes, bytes.length - at);
      run.report({ stage: 'zip', done: doneBytes, total: totalBytes, unit: 'bytes' });
      yield* taken();
      await run.breathe();
    }
    file.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* taken();
}
