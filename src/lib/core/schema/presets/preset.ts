import { plainWord } from '../inspect/headerWords';
import type { InspectedColumn } from '../inspect/columnGuess';
import type { FileFormat, Mapping } from '../roles';

/** What inspection knows when it asks the presets. */
export interface PresetSample {
  fileName: string;
  delimiter: string;
  header: boolean;
  columns: readonly InspectedColumn[];
  /** Delimited text where it is absent. */
  format?: FileFormat;
  /** Arrays in the records of a nested format whose elements could be the rows. */
  arrays?: readonly string[];
}

/** A kind of file that is known by its look. To add one: one file here, one line in the catalogue (`index.ts`), one test. */
export interface SourcePreset {
  /** As in plans. */
  id: string;
  /** The preset that read its files in plans from before it. */
  formerly?: string;
  /** In English, and on screen where the messages have no `mapping_preset_<id>`; data sets have one name in every language. */
  name: string;
  /** It reads the files of one published data set, after which a workspace can be called. */
  isDataset?: true;
  /** Currency and time zone of the data set, for a workspace that has no data yet; the mapping gets them, too. */
  suggests?: { currency?: string; timeZone?: string };
  /**
   * The mapping of a file that looks like it, over the one that was guessed; undefined where it does not. A role that it
   * names no column for stays without one. With `reshape`, the roles name columns of the reshaped rows.
   */
  recognise(sample: PresetSample): Partial<Mapping> | undefined;
  /** The file belongs to the data set, and is not needed: the code of a diagnostic that says why. */
  unneeded?(sample: PresetSample): 'categories_not_needed' | 'links_not_needed' | undefined;
}

/** Finds columns by words that their names may be, as {@link plainWord} writes them; the first word that has a column counts. */
export function columnNamed(columns: readonly { name: string }[]): (...words: string[]) => string | undefined {
  const byWord = new Map(columns.map(({ name }) => [plainWord(name), name]).reverse() as [string, string][]);
  return (...words) => words.map((word) => byWord.get(word)).find((name) => name !== undefined);
}

/** Roles without those whose column is not there. */
export function present(roles: Partial<Record<keyof Mapping['roles'], string | undefined>>): Mapping['roles'] {
  return Object.fromEntries(Object.entries(roles).filter(([, name]) => name !== undefined));
}

/** Kinds of ids by column, for those columns that are there. */
export function idsOf(entries: readonly (readonly [column: string | undefined, kind: string])[]): Record<string, string> {
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[0] !== undefined));
}
