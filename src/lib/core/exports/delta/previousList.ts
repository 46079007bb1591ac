import { UserError } from '../../base/errors';
import { stableJson } from '../../base/hash';
import { resolveOptions, type OptionValues } from '../../base/options';
import type { Destination } from '../destination';
import { typedColumns } from '../exportedFiles';
import type { ReadManifest } from '../manifestSchema';
import type { ExportColumn } from '../table';

/** An earlier run, to which changes are told. */
export interface EarlierExport {
  manifest: ReadManifest;
  /** Bytes of one of its files. */
  read(name: string): Promise<Uint8Array>;
}

/** The list as it stands at the destination since an earlier run. */
export interface PreviousList {
  /** When that run was made. */
  since: string;
  columns: ExportColumn[];
  /** Header of the column of the customer's id, of files whose columns are chosen. */
  id?: string;
  /** Its files, in order. */
  files: string[];
  read(name: string): Promise<Uint8Array>;
}

/**
 * Finds what an earlier run delivered of an audience to a destination: its files themselves, or, where it delivered
 * changes, the whole list that lies beside them. Lists that were made with other options are none: their hashes are others.
 * @param options resolved
 */
export function previousList(
  earlier: EarlierExport,
  { audience, arm }: { audience: string; arm?: string },
  destination: Destination,
  options: OptionValues,
): PreviousList | undefined {
  const { exports, files, createdAt } = earlier.manifest;
  const wanted = stableJson(options);
  const found = exports.find(
    (entry) =>
      entry.audience === audience &&
      entry.arm === arm &&
      entry.destination === destination.id &&
      entry.types !== undefined &&
      stableJson(optionsOf(destination, entry.options)) === wanted,
  );
  if (!found) return undefined;
  const roleOf = new Map(files.map(({ name, role }) => [name, role]));
  const role = found.delta ? 'whole' : undefined;
  return {
    since: createdAt,
    columns: typedColumns(found),
    // Manifests that do not say it yet have the id in front.
    ...(destination.fields === 'chosen' && found.id !== null && { id: found.id ?? found.columns[0] }),
    files: found.files.filter((name) => roleOf.has(name) && roleOf.get(name) === role),
    read: (name) => earlier.read(name),
  };
}

/** Told from half a list, the others would seem new. */
export function damaged(path: string): UserError {
  return new UserError(
    'earlier_damaged',
    `${path} is not as the run wrote it, so nobody can tell what has changed since.`,
    'Take the file as it was, or deliver everything.',
    { path },
  );
}

/** Options that there were not yet have their defaults; those that there are no more are no others. */
function optionsOf(destination: Destination, given: OptionValues): OptionValues {
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => destination.options.some((spec) => spec.name === name)));
  return resolveOptions(destination.id, destination.options, known);
}
