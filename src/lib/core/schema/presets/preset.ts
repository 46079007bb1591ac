import type { InspectedColumn } from '../inspect/columnGuess';
import type { Mapping } from '../roles';

/** What inspection knows when it asks the presets. */
export interface PresetSample {
  fileName: string;
  delimiter: string;
  header: boolean;
  columns: readonly InspectedColumn[];
}

/** A kind of file that is known by its look. To add one: one file here, one line in the catalogue (`index.ts`), one test. */
export interface SourcePreset {
  /** As in plans. */
  id: string;
  /** As on screen; data sets have one name in every language. */
  name: string;
  /** It reads the files of one published data set, after which a workspace can be called. */
  isDataset?: true;
  /** Currency and time zone of the data set, for a workspace that has no data yet. */
  suggests?: { currency?: string; timeZone?: string };
  /** The mapping of a file that looks like it, over the one that was guessed; undefined where it does not. */
  recognise(sample: PresetSample): Partial<Mapping> | undefined;
}
