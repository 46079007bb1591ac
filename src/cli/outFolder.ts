import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../lib/core/base/errors';

/**
 * Says no before the work begins.
 * @throws UserError `out_not_empty`, `out_not_a_folder`
 */
export async function refuseOutFolder(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory()) {
    throw new UserError('out_not_a_folder', `${path} is a file, not a folder.`, 'Give another folder with --out.', { path });
  }
  if (!force && (await readdir(path)).length > 0) {
    throw new UserError('out_not_empty', `The folder ${path} is not empty.`, 'Give another one with --out, or --force to replace it.', {
      path,
    });
  }
}

/** Writes the files beside the folder and renames them into place: whoever watches sees all of them or none. */
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
    await rename(fresh, path).catch(async (error) => {
      if (replaced) await rename(old, path);
      throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}
