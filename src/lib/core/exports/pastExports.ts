import type { PastExport } from '../audiences/contacts';
import type { RunContext } from '../base/run';
import { knownDestination } from './destinations';
import { formatOf, typedColumns } from './exportedFiles';
import type { ReadManifest } from './manifestSchema';
import { readArms } from './readArms';

/**
 * Whom an earlier run addressed, by its manifest and files: from an audience's file of arms, else from the first of its
 * files whose columns were chosen, where the customer stands first.
 * @param read bytes of one of its files
 * @returns `unknown`: audiences of which no file says who is in it (of platforms' own fields, hashed)
 */
export async function pastExportsOf(
  manifest: ReadManifest,
  read: (name: string) => Promise<Uint8Array>,
  run: RunContext,
): Promise<{ exports: PastExport[]; unknown: string[] }> {
  const exports: PastExport[] = [];
  const unknown: string[] = [];
  for (const { id, experiment, members } of manifest.audiences) {
    const ids = experiment ? await sentOf(await read(experiment.file), run) : await idsOfFiles(manifest, id, read, run);
    if (ids)
      exports.push({
        audience: id,
        asOf: manifest.asOf,
        people: { ids: ids.join('\n') },
        ...(experiment && { salt: experiment.salt_sha256 }),
      });
    else if (members > 0) unknown.push(id);
  }
  return { exports, unknown };
}

async function sentOf(bytes: Uint8Array, run: RunContext): Promise<string[]> {
  return (await readArms(bytes, run)).filter(({ sent }) => sent).map(({ customer }) => customer);
}

async function idsOfFiles(
  { exports, files }: ReadManifest,
  audience: string,
  read: (name: string) => Promise<Uint8Array>,
  run: RunContext,
): Promise<string[] | null> {
  const isChosen = (destination: string) => knownDestination(destination)?.fields === 'chosen';
  const entry = exports.find((each) => each.audience === audience && each.types && isChosen(each.destination));
  if (!entry) return null;
  const [format, columns] = [await formatOf(entry), typedColumns(entry)];
  const ids: string[] = [];
  for (const name of entry.files) {
    if (files.find((file) => file.name === name)?.role !== undefined) continue;
    for await (const { rows, cells } of format.read(await read(name), columns, run)) {
      for (let row = 0; row < rows; row++) ids.push(String(cells[0][row]));
    }
  }
  return ids;
}
