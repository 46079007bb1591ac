import type { OptionValues } from '../base/options';
import type { AudienceStep, ConditionCount } from '../audiences/members';
import type { AudienceNote } from '../audiences/notes';
import type { SharingReport } from '../audiences/shareOut';
import type { Spread } from '../predictions/drift';
import type { FieldReadiness } from './contentReport';
import type { ScoreSpread } from './drift/spreads';
import type { ShelvedBytes } from './shelf';
import type { ExportColumnType } from './table';
import type { ListKind } from '../recommendations/listKinds';

/**
 * What a file is beside the list itself: for us what a destination could not use, and who is
 * in which arm; where changes are delivered, who
 * comes in, who goes out, and the whole list, which stays here for the next time.
 */
export type FileRole = 'rejects' | 'arms' | 'added' | 'removed' | 'whole';

/** How an export differs from an earlier one, in rows. */
export interface DeltaCounts {
  /** `createdAt` of the run that it is told to. */
  since: string;
  added: number;
  /** Have an identifier more; in the same file as those who are new. */
  changed: number;
  removed: number;
  stays: number;
  /** Headers of the file of those who go out; all of its cells are texts. */
  removedColumns: string[];
}

/** One finished file. */
export interface ExportFile extends ShelvedBytes {
  name: string;
  rows: number;
  sha256: string;
  role?: FileRole;
}

/** Why customers or their values are not in a file: reason → how many. */
export interface RejectCounts {
  /** Customers left out whole. */
  rows: Record<string, number>;
  /** Values left empty in rows that are in the file. */
  values: Record<string, number>;
}

/** How an audience was parted for a test; `file` says who is in which arm. */
export interface ManifestExperiment {
  /** SHA-256 of the salt: another one means that people have changed arms. */
  salt_sha256: string;
  hold_out: number;
  /** The trait that the arms are balanced by. */
  stratify?: string;
  /** The control first, also where nobody is in it. */
  arms: { id: string; label?: string; people: number }[];
  file: string;
}

/** Written beside the files of every run: what they are and how to make them again. Version 2. */
export interface Manifest {
  muster: 2;
  plan: { name: string; sha256: string };
  data: {
    sha256: string;
    users: number;
    items: number;
    events: number;
    firstEvent: string | null;
    lastEvent: string | null;
    /** What each step of cleaning took out of which source, in the order of the steps; absent where nothing was. */
    removed?: { step: string; source: string; rows: number }[];
  };
  asOf: string;
  timeZone: string;
  seed: number;
  /** The files that the command line read, and the key of all that the run was made from: with the same key it would be the same. */
  inputs?: { sha256: string; files: { name: string; bytes: number; sha256: string }[] };
  /** Version of Muster and of the engines. */
  versions: Record<string, string>;
  backends: Record<string, string>;
  /** ISO instant, given by the caller: core reads no clock. */
  createdAt: string;
  audiences: {
    id: string;
    /** As the person called it. */
    name: string;
    segment: { id: string; name: string };
    /** Whom its files address; who is held out is not among them. */
    members: number;
    steps: AudienceStep[];
    /** The segment's conditions in the order of its tree: for how many each holds, and how many it took away. */
    conditions: ConditionCount[];
    experiment?: ManifestExperiment;
    /** What should be known before the files go out; absent where there is nothing. */
    notes?: AudienceNote[];
    /** How its traits lay among the members, and which of the plan's segments they were in: what the next run is compared with. */
    spreads?: Spread[];
  }[];
  /** How groups of audiences shared their people; absent where none does. */
  sharing?: SharingReport[];
  /** Predictions that were used: how good their tests were, and how the scores lay over everybody. */
  models?: { id: string; task: string; quality: Record<string, number>; score?: ScoreSpread }[];
  /** `users` are rows of whatever the list is for: customers, items, or the audience; `kind` where it is not for each person. */
  lists: {
    id: string;
    kind?: ListKind;
    audience: string;
    model: string;
    users: number;
    rows: number;
    shortLists: number;
    /** Of a list whose policies ask for consent: customers of the audience who get none. */
    withoutConsent?: number;
  }[];
  /** One for each of the plan's exports, in its order; for each arm, where the audience's experiment has several. */
  exports: {
    audience?: string;
    /** The arm whose people it holds. */
    arm?: string;
    list?: string;
    destination: string;
    options: OptionValues;
    /** Headers of the file. */
    columns: string[];
    /** What each of them holds, for reading the file back. */
    types: ExportColumnType[];
    /** Whose rules the file follows, and when they were read. */
    rules?: { source: string; readOn: string };
    rows: number;
    files: string[];
    /** Header of the column of the customer's id, where the columns were chosen; null: it is not among them. */
    id?: string | null;
    /** Characters that programs of the file's encoding may not show. */
    hardToRead?: number;
    /** Where changes were delivered. */
    delta?: DeltaCounts;
    rejects?: RejectCounts;
    /** Of destinations with own fields: column by column. */
    readiness?: FieldReadiness[];
    /** Rows from which on the platform takes a list, where there are fewer. */
    leastRows?: number;
  }[];
  /** `destination` is empty of what goes to none. */
  files: { name: string; destination: string; role?: FileRole; rows: number; bytes: number; sha256: string }[];
}
