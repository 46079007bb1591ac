import { Zip, ZipPassThrough } from 'fflate';

/** A file inside a zip: where its bytes lie in it. */
export interface ZipMember {
  start: number;
  bytes: number;
}

/** Sizes and places in a zip of this kind have 32 bits. */
export const mostZipBytes = 2 ** 32 - 1;

/**
 * Writes a zip as it goes, without compression, so that no file and no zip is ever held whole. Equal files give equal
 * bytes: every member has the oldest date that a zip can hold.
 */
export class StoredZipWriter {
  #pieces: Uint8Array[] = [];
  #zip = new Zip((error, piece) => {
    if (error) throw error;
    this.#pieces.push(piece);
  });

  /** Begins a file; what is pushed into it goes out at once. */
  begin(name: string): { push(bytes: Uint8Array): Uint8Array[]; end(): Uint8Array[] } {
    const file = new ZipPassThrough(name);
    // The zip format keeps local time: this constructor's fields are the same in every time zone.
    file.mtime = new Date(1980, 0, 1);
    this.#zip.add(file);
    return {
      push: (bytes) => (file.push(bytes), this.#take()),
      end: () => (file.push(new Uint8Array(0), true), this.#take()),
    };
  }

  end(): Uint8Array[] {
    this.#zip.end();
    return this.#take();
  }

  #take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.filter(({ length }) => length > 0);
  }
}

const endBytes = 22;
const mostCommentBytes = 65_535;

/**
 * The members of a zip without compression by name, read from its directory alone. undefined where the file is no
 * whole zip, or one of another kind: cut off, compressed, or with places that lie outside of it.
 */
export async function readStoredZip(file: Blob): Promise<Map<string, ZipMember> | undefined> {
  const tailStart = Math.max(0, file.size - endBytes - mostCommentBytes);
  const tail = await viewOf(file, tailStart, file.size);
  const at = lastIndexOfEnd(tail);
  if (at < 0) return undefined;
  const count = tail.getUint16(at + 10, true);
  const directoryBytes = tail.getUint32(at + 12, true);
  const directoryStart = tail.getUint32(at + 16, true);
  if (directoryStart + directoryBytes > tailStart + at) return undefined;

  const directory = await viewOf(file, directoryStart, directoryStart + directoryBytes);
  const members = new Map<string, ZipMember>();
  let entry = 0;
  for (let i = 0; i < count; i++) {
    if (entry + 46 > directory.byteLength || directory.getUint32(entry, true) !== 0x02014b50) return undefined;
    const method = directory.getUint16(entry + 10, true);
    const [packed, bytes] = [directory.getUint32(entry + 20, true), directory.getUint32(entry + 24, true)];
    const lengths = [28, 30, 32].map((field) => directory.getUint16(entry + field, true));
    const headerStart = directory.getUint32(entry + 42, true);
    const nameEnd = entry + 46 + lengths[0];
    if (nameEnd > directory.byteLength || method !== 0 || packed !== bytes || headerStart + 30 > directoryStart) return undefined;
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, entry + 46, lengths[0]));
    const header = await viewOf(file, headerStart, headerStart + 30);
    const start = headerStart + 30 + header.getUint16(26, true) + header.getUint16(28, true);
    if (header.getUint32(0, true) !== 0x04034b50 || start + bytes > directoryStart || members.has(name)) return undefined;
    members.set(name, { start, bytes });
    entry = nameEnd + lengths[1] + lengths[2];
  }
  return members;
}

async function viewOf(file: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await file.slice(start, end).arrayBuffer());
}

function lastIndexOfEnd(tail: DataView): number {
  for (let at = tail.byteLength - endBytes; at >= 0; at--) if (tail.getUint32(at, true) === 0x06054b50) return at;
  return -1;
}
