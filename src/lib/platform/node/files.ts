import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/base/errors';
import type { FileSource } from '../../core/schema/files';

const blockBytes = 8 << 20;

/**
 * A file of the disk, read in blocks when it is asked for.
 * @throws UserError `file_missing` where there is no such file or it cannot be read
 */
export async function openFile(path: string): Promise<FileSource> {
  const size = await sizeOf(path);
  return {
    name: basename(path),
    size,
    handle: path,
    async *stream(start = 0, end = size) {
      const file = await open(path);
      try {
        for (let at = start; at < end;) {
          const block = new Uint8Array(Math.min(blockBytes, end - at));
          const { bytesRead } = await file.read(block, 0, block.length, at);
          if (bytesRead === 0) return;
          at += bytesRead;
          yield block.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  const problem = await stat(path).then(
    (found) => (found.isFile() ? found.size : 'it is not a file'),
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? String(error))),
  );
  if (typeof problem === 'number') return problem;
  throw new UserError('file_missing', `${path} cannot be read: ${problem}.`, 'Check the path; it is relative to the plan that names it.', {
    path,
    problem,
  });
}
