import { fileReadError } from '../csv/fileErrors';
import type { FileSource } from '../files';

/** At most so many bytes of a file from `start` on; fewer where it ends before. @throws UserError `file_…` where it cannot be read */
export async function readBytes(file: FileSource, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let at = 0;
  try {
    for await (const block of file.stream(start, end)) {
      bytes.set(block.subarray(0, bytes.length - at), at);
      at += block.length;
      if (at >= bytes.length) break;
    }
  } catch (error) {
    throw fileReadError(error, file);
  }
  return bytes.subarray(0, Math.min(at, bytes.length));
}
