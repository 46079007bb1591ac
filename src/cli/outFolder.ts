import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../lib/core/base/errors';

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
 * Writes the files beside the folder and renames them into place: whoever watches sees all of them or none.
 * @throws UserError `out_foreign`, also where something came into the folder meanwhile: it is left as it is
 */
export async function writeOutFolder(path: string, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}-${randomUUID()}`);
  await mkdir(fresh, { recursive: true });
  const old = `${fresh}-old`;
  try {
    for (const { name, bytes } of files) await writeFile(join(fresh, name), bytes);
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
    return new Set(['manifest.json', 'plan.json', ...manifest.files.map((file: { name?: unknown } | null) => String(file?.name))]);
  } catch {
    return new Set();
  }
}
