import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/base/errors';
import { memberSource, type FileSource } from '../../core/schema/files';

const blockBytes = 8 << 20;

/**
 * A file of the disk, read in blocks when it is asked for; `export.zip/orders.csv` is a file in an archive, `book.xlsx/May` a sheet of a workbook.
 * @throws UserError `file_missing` where there is no such file or it cannot be read
 */
export async function openFile(path: string): Promise<FileSource> {
  const archive = await archiveOf(path);
  if (archive !== undefined) return memberSource(await openFile(archive), path.slice(archive.length + 1));
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

/** The archive or workbook that a path leads into; undefined where it is a file itself, or there is none. */
async function archiveOf(path: string): Promise<string | undefined> {
  const end = /\.(zip|xls[xm])(?=[\\/])/i.exec(path);
  if (!end || (await isFile(path))) return undefined;
  const archive = path.slice(0, end.index + end[0].length);
  return (await isFile(archive)) ? archive : undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
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
