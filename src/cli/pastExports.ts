import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PastExport } from '../lib/core/audiences/contacts';
import type { ReadManifest } from '../lib/core/exports/manifestSchema';
import { UserError } from '../lib/core/base/errors';
import type { CommandIo } from './command';

/**
 * Whom earlier runs addressed, by the manifests in a folder and in the folders in it, the oldest first; what cannot be read
 * is said and passed over.
 * @param own where this run writes: what lies there is this export, made before
 * @throws UserError `history_missing`
 */
export async function readPastExports(folder: string, own: string, io: CommandIo): Promise<PastExport[]> {
  const [{ readManifest }, { pastExportsOf }] = await Promise.all([
    import('../lib/core/exports/readManifest'),
    import('../lib/core/exports/pastExports'),
  ]);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new UserError('history_missing', `There is no folder ${folder}.`, 'Give the folder in which earlier runs lie.', { path: folder });
  });
  const runs = [folder, ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))].sort();
  const found: PastExport[] = [];
  for (const run of runs) {
    const text = await readFile(join(run, 'manifest.json'), 'utf8').catch(() => undefined);
    if (text === undefined || resolve(run) === resolve(own)) continue;
    try {
      const { exports, unknown } = await pastExportsOf(
        readManifest(text),
        async (name) => new Uint8Array(await readFile(join(run, name))),
        io.run,
      );
      found.push(...exports);
      for (const audience of unknown) io.note(`muster: ${run}: no file says who was in ${audience}, so its contacts are not counted.`);
    } catch (error) {
      if (!(error instanceof Error) || error.name === 'Cancelled') throw error;
      io.note(`muster: ${run} is not counted: ${error.message}`);
    }
  }
  return found.sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0));
}

/** The salts of an earlier run, so that another one is told; whom it addressed is left to the history. */
export function saltsOf(earlier: ReadManifest | undefined): PastExport[] {
  return (earlier?.audiences ?? []).flatMap(({ id, experiment }) =>
    experiment ? [{ audience: id, asOf: earlier!.asOf, people: { ids: '' }, salt: experiment.salt_sha256 }] : [],
  );
}
