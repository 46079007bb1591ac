/** A file to read, wherever it lies: a dropped File in the page, a path on the command line. */
export interface FileSource {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` (0) to `end` (the file's end), in blocks. */
  stream(start?: number, end?: number): AsyncIterable<Uint8Array>;
  /** What another thread can open the same file by: the `File` itself, or its path. */
  readonly handle?: Blob | string;
}

/** What an operation accepts as a file: a `File` from the page, or a source that the command line opened. */
export type FileInput = (Blob & { name: string }) | FileSource;

export function toFileSource(file: FileInput): FileSource {
  if (!(file instanceof Blob)) return file;
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
