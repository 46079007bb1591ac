import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../lib/core/base/errors';
import { runDocuments } from '../lib/core/exports/manifest';
import { inBlob, type Shelf } from '../lib/core/exports/shelf';

/**
 * Says no before the work begins. With `force` a folder may hold what an earlier run wrote, and nothing else.
 * @throws UserError `out_not_empty`, `out_not_a_folder`, `out_foreign`
 */
export async function refuseOutFolder(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory()) {
    throw new UserError('out_not_a_folder', `${path} is a file, not a folder.`, 'Give another folder with --out.', { path });
  }
  if (force) return refuseForeign(path, path);
  if ((await readdir(path)).length > 0) {
    throw new UserError('out_not_empty', `The folder ${path} is not empty.`, 'Give another one with --out, or --force to replace it.', {
      path,
    });
  }
}

/**
 * Puts right what a run that was killed has left beside the folder: files that it had not finished are taken away, and a
 * folder that it had moved aside comes back. Only whoever holds the folder's lock may.
 */
export async function mendOutFolder(path: string): Promise<void> {
  const left = (await readdir(dirname(path)).catch(() => [])).filter((name) => leftover(path).test(name));
  const [old] = left.filter((name) => name.endsWith('-old'));
  if (old !== undefined && !(await stat(path).catch(() => undefined))) await rename(join(dirname(path), old), path);
  for (const name of left) await rm(join(dirname(path), name), { recursive: true, force: true });
}

/**
 * Writes the files beside the folder and renames them into place: whoever watches sees all of them or none. A file that
 * lies there already, byte for byte, is not written again: it keeps its times, so that what copies on from there sees
 * nothing new.
 * @returns names of the files that were there already
 * @throws UserError `out_foreign`, also where something came into the folder meanwhile: it is left as it is
 */
export async function writeOutFolder(
  path: string,
  files: readonly { name: string; read(): Promise<Uint8Array> }[],
): Promise<{ unchanged: string[] }> {
  const fresh = freshBeside(path);
  await mkdir(fresh, { recursive: true });
  const old = `${fresh}-old`;
  const unchanged: string[] = [];
  try {
    for (const { name, read } of files) {
      const bytes = await read();
      if (await linkSame(join(path, name), join(fresh, name), bytes)) unchanged.push(name);
      else await writeFile(join(fresh, name), bytes);
    }
    const replaced = await rename(path, old).then(
      () => true,
      () => false,
    );
    try {
      if (replaced) await refuseForeign(old, path);
      await rename(fresh, path);
    } catch (error) {
      if (replaced) await rename(old, path);
      throw error;
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
  return { unchanged };
}

/** One file under two names, where the disk can and the old one holds just these bytes. */
async function linkSame(old: string, fresh: string, bytes: Uint8Array): Promise<boolean> {
  const found = await readFile(old).catch(() => undefined);
  if (!found?.equals(bytes)) return false;
  return link(old, fresh).then(
    () => true,
    () => false,
  );
}

/** Where finished files of a run lie on the disk until all of them are checked. */
export interface DiskShelf {
  shelf: Shelf;
  remove(): Promise<void>;
}

/** Beside the out folder, made with the first file; what a killed run leaves there {@link mendOutFolder} takes away. */
export function diskShelf(path: string): DiskShelf {
  const folder = freshBeside(path);
  let files = 0;
  return {
    async shelf(pieces) {
      await mkdir(folder, { recursive: true });
      const file = join(folder, String(files++));
      await writeFile(file, pieces);
      return inBlob(await openAsBlob(file));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const freshBeside = (path: string) => join(dirname(path), `.${basename(path)}-${randomUUID()}`);

function leftover(path: string): RegExp {
  const name = basename(path).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^\\.${name}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-old)?$`);
}

/** Only what the manifest of an earlier run names may go: anything else is somebody's own. */
async function refuseForeign(folder: string, calledPath: string): Promise<void> {
  const ours = await writtenBefore(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  const foreign = entries.filter((entry) => !entry.isFile() || !ours.has(entry.name)).map(({ name }) => name);
  if (foreign.length === 0) return;
  const names = [...foreign.sort().slice(0, 5), ...(foreign.length > 5 ? [`and ${foreign.length - 5} more`] : [])].join(', ');
  throw new UserError(
    'out_foreign',
    `The folder ${calledPath} holds what no earlier run of Muster wrote: ${names}.`,
    'Move it away, or give another folder with --out.',
    { path: calledPath, names },
  );
}

/** Names of the files that the manifest in the folder lists; none where there is no manifest of Muster's. */
async function writtenBefore(folder: string): Promise<Set<string>> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { muster?: unknown; files?: unknown };
    if (typeof manifest.muster !== 'number' || !Array.isArray(manifest.files)) return new Set();
    return new Set([...runDocuments, ...manifest.files.map((file: { name?: unknown } | null) => String(file?.name))]);
  } catch {
    return new Set();
  }
}
