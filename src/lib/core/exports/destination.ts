import type { OptionSpec, OptionValues } from '../base/options';
import type { FileFormat } from './format';
import type { ReadPhone } from './phones';
import type { ExportBlock, ExportColumn } from './table';

/** What an export writes: who is in an audience, or what they are recommended. */
export type ExportKind = 'audience' | 'list';

/**
 * One entry of the catalogue: where files go. One file, one line in `destinations.ts`, its words
 * (`exports_destination_<id>`, `_what`), and `everyDestinationMust` holds it to the rest.
 */
export interface Destination {
  id: string;
  /** One sentence. */
  what: string;
  /** Files for people open well in a spreadsheet; files for platforms never have a guard or a byte order mark. */
  readers: 'people' | 'platforms';
  takes: readonly ExportKind[];
  options: readonly OptionSpec[];
  /** Whose rules it follows, as read on which day: platforms change theirs. Absent for the generic ones. */
  rules?: { source: string; readOn: string };
  /** The columns of its files: those that the person chose, or its own. */
  fields: 'chosen' | readonly DestinationField[];
  /**
   * With own fields: groups of fields, by name, of which a row must have one whole. A field that belongs to no group
   * whose fields all have a trait is left out of the file, unless it goes along with any of them.
   */
  identifiers?: readonly (readonly string[])[];
  /**
   * With own fields: the audience's columns that no field is taken from follow as they are, each value as this makes it.
   */
  attribute?(value: string): string | Unfit;
  /** Why a value does not fit, by the code that its fields give; one sentence each, for the file of rejects. */
  reasons?: Readonly<Record<string, string>>;
  /** Traits beside the fields' own that normalising looks at, such as the country of a phone number. */
  shared?: readonly string[];
  /** Most rows (without the header) and bytes of one file; what does not fit goes into another. */
  limits?(options: OptionValues): FileLimits;
  /** The platform takes a file of those who leave a list, too; where it does not, only the whole list takes them out. */
  removals?: true;
  /** Rows from which on the platform takes a list; with fewer the files are made, and the report says so. */
  leastRows?: number;
  /** Names of its files are letters of ASCII, digits, `_`, `-` and `.` only. */
  asciiNames?: boolean;
  /** What the person reads on its rules: whose section of the list it stands in. */
  group?: DestinationGroup;
  format(options: OptionValues): FileFormat | Promise<FileFormat>;
  /** What must hold of the rows read back from its files, beside that they are those that were written. */
  check(kind: ExportKind, columns: readonly ExportColumn[], options: OptionValues): RowCheck;
}

export interface FileLimits {
  rows?: number;
  bytes?: number;
}

/** Where a destination stands in lists of them. */
export type DestinationGroup = 'files' | 'ads' | 'ads-china' | 'messaging';

/** How a value is hashed, as UTF-8, written in lower-case hexadecimal digits. */
export type Hash = 'sha256' | 'md5' | 'none';

/** One column of a platform's file. */
export interface DestinationField {
  /** The header, exactly as the platform spells it; and what plans call the field. */
  name: string;
  /** The header where it depends on the options. */
  header?(options: OptionValues): string;
  /** Absent, or true: the field belongs to files with these options. */
  when?(options: OptionValues): boolean;
  /**
   * Traits or attributes it can be taken from: the first that the data has; `user` is the customer's id. An export's
   * `columns` may name another.
   */
  from: readonly string[];
  /** It identifies nobody by itself and goes along with any identifier. */
  along?: boolean;
  /** Its column stands in the file even where the data has nothing for it, because the platform's template has it. */
  always?: boolean;
  /** A value may stand in the export once; later customers with the same one lose it, for the reason `duplicate`. */
  unique?: boolean;
  /**
   * The value as the platform compares it, before it is hashed; `unfit` with the code of a reason where there is none.
   * Never shared between destinations: platforms disagree.
   */
  normalise(value: string, row: RowOfTraits): string | Unfit;
  /**
   * Of fields that may be hashed: how, with these options. A value that is a hash already is refused, or, where the
   * option `alreadyHashed` is on, passed through if it is such a hash.
   */
  hash?(options: OptionValues): Hash;
  /** What a value of it looks like when it is not hashed. */
  looks: RegExp;
}

/** A value that a platform cannot use, and why: a key of the destination's `reasons`. */
export class Unfit {
  constructor(readonly reason: string) {}
}
export const unfit = (reason: string): Unfit => new Unfit(reason);

/** What normalising may look at beside the value. */
export interface RowOfTraits {
  options: OptionValues;
  /** The row's value of one of the destination's shared traits, where the data has it. */
  shared(trait: string): string | null;
  /**
   * A phone number, taken apart; one without a country code is of the customer's own `country` where that is shared and
   * known, else of the option `country`.
   */
  phone(value: string): ReadPhone;
}

/** Looks at the rows of an export as they are read back from its files, in order. */
export interface RowCheck {
  /** Customers seen, where the file tells them apart. */
  readonly users?: number;
  /** @throws BrokenFile */
  take(block: ExportBlock, row: number): void;
}
