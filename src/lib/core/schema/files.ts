import { shownName } from './formats/packing/names';

/** A file to read, wherever it lies: a dropped File in the page, a path on the command line. */
export interface FileSource {
  readonly name: string;
  /** Bytes; of a packed file those of its packed form, since nobody knows what they inflate to. */
  readonly size: number;
  /** The bytes from `start` (0) to `end` (the file's end), in blocks. */
  stream(start?: number, end?: number): AsyncIterable<Uint8Array>;
  /** What another thread can open the same file by: the `File` itself, or its path. */
  readonly handle?: Blob | string;
  /** Of an archive, the name of the file in it that is meant; of a workbook, the name of the sheet. */
  readonly member?: string;
  /** Set where `stream` inflates: then the bytes come one after the other, and a later `start` costs all before it. */
  readonly packed?: PackedState;
}

export type Packing = 'gzip' | 'zstd' | 'zip';

export interface PackedState {
  readonly packing: Packing;
  /** Packed bytes that the latest stream has taken in so far. */
  readonly bytesRead: number;
}

/** A file of the page. */
export type NamedBlob = Blob & { name: string };

/** What an operation accepts as a file: a `File` from the page, a file in an archive (or a sheet of a workbook) of the page, or a source that the command line opened. */
export type FileInput = NamedBlob | { file: NamedBlob; member: string } | FileSource;

export function toFileSource(input: FileInput): FileSource {
  if (isMember(input)) return memberSource(sourceOfBlob(input.file), input.member);
  return input instanceof Blob ? sourceOfBlob(input) : input;
}

/** The file of an archive, or the sheet of a workbook, that is meant, by the name that it has there. */
export function memberSource(archive: FileSource, member: string): FileSource {
  return { ...archive, name: `${archive.name}/${shownName(member)}`, member };
}

function isMember(input: FileInput): input is { file: NamedBlob; member: string } {
  return !(input instanceof Blob) && 'file' in input;
}

function sourceOfBlob(file: NamedBlob): FileSource {
  return {
    name: file.name,
    size: file.size,
    handle: file,
    async *stream(start = 0, end = file.size) {
      // Slices, not Blob.stream(): its blocks are 64 kB, and the overhead of each shows at 300 MB.
      const blockBytes = 8 << 20;
      for (let at = start; at < end; at += blockBytes) {
        yield new Uint8Array(await file.slice(at, Math.min(end, at + blockBytes)).arrayBuffer());
      }
    },
  };
}
