import type { ErrorValues } from '../base/errors';
import type { Random } from '../base/random';
import type { z } from '../base/shape';
import type { KeptColumn } from '../measures/kept';
import type { PropertyFilter } from '../measures/measure';
import type { ProfileColumn } from '../profiles/profileColumns';
import type { Meaning } from './meaning';
import type { Phrase } from './phrase';

/**
 * A kind of condition: one file in `conditions/`, one line in their catalogue, its words in the message catalogues
 * (`segments_add_<key>` for the menu, and what its phrases and form name) and one test.
 */
export interface ConditionKind<Leaf extends object = object> {
  /** The key that marks a condition of this kind in a rule: `trait`, `event` … */
  key: string;
  /** The full form, as plans hold it. */
  schema: z.ZodType<Leaf>;
  /** The full form of what people may abbreviate when they write a plan by hand. */
  expand?: (written: Record<string, unknown>) => Record<string, unknown>;
  /** Whether the condition holds exactly one comparison beside its key. */
  compares?: boolean;
  /** All that is wrong with it on data that has these traits and segments. Its shape may be wrong too. */
  check: (leaf: Leaf, vocabulary: RuleVocabulary) => Problem[];
  /** Whom it holds for, in the few terms that every engine knows. */
  meaning: (leaf: Leaf, setting: MeaningSetting) => Meaning;
  /** What it names outside itself. */
  refersTo: (leaf: Leaf) => Reference[];
  /** The condition with one of those named differently. */
  rename?: (leaf: Leaf, reference: Pick<Reference, 'kind' | 'id'>, to: string) => Leaf;
  /** The condition as the parts of a sentence. */
  readBack: (leaf: Leaf, setting: MeaningSetting) => Phrase;
  /** What a person fills in, in the order of the sentence; a kind with a form of its own has none. */
  form?: readonly FormPart<Leaf>[];
  /** A condition that is complete from the start, so that a rule can be counted after every edit. */
  fresh: (setting: FreshSetting) => Leaf;
  /** A random condition on a shop that has these things: the arbitrary of property tests. */
  sample: (random: Random, shop: SampleShop) => Leaf;
}

/** What a rule may refer to. */
export interface RuleVocabulary {
  traits: readonly ProfileColumn[];
  segments: readonly { id: string }[];
  /** Lists of ids; none where it is left out. */
  idLists?: readonly { id: string }[];
  /** Kept properties of the data; any may exist where they are not given. */
  kept?: readonly KeptColumn[];
}

/** Something wrong with one condition; the path is added where the tree is walked. */
export interface Problem {
  code: string;
  message: string;
  hint: string;
  values?: ErrorValues;
}

export interface Reference {
  kind: 'trait' | 'segment' | 'event' | 'list';
  id: string;
  /** Where the name stands inside the condition. */
  at: (string | number)[];
}

export interface MeaningSetting {
  /** Local midnight: windows are counted back from it. */
  asOf: string;
}

/** What a new condition can start from. */
export interface FreshSetting {
  traits: readonly { id: string }[];
  /** Event names, most frequent first. */
  events: readonly string[];
  segments: readonly { id: string }[];
  idLists?: readonly { id: string }[];
}

/** What a random condition can be about. */
export interface SampleShop {
  numberTraits: readonly string[];
  textTraits: Readonly<Record<string, readonly string[]>>;
  dateTraits: readonly string[];
  booleanTraits: readonly string[];
  events: readonly string[];
  filters: readonly PropertyFilter[];
  segments: readonly string[];
  idLists: readonly string[];
  asOf: string;
}

/**
 * A part of a condition's form. Words and labels are keys of the message catalogue; `read` and `write` say where in
 * the condition a value stands (`undefined` is "left empty", which only optional parts can be).
 */
export type FormPart<Leaf> =
  | { part: 'words'; words: string }
  | (FormValue<Leaf, string> & { part: 'event' })
  | (FormValue<Leaf, string> & { part: 'segment' })
  | (FormValue<Leaf, number> & { part: 'number'; min: number; max: number; integer?: boolean; unit?: string })
  | (FormValue<Leaf, string> & { part: 'choice'; choices: readonly { value: string; words: string }[] })
  | (FormValue<Leaf, string> & { part: 'text' })
  | (FormValue<Leaf, string> & { part: 'date' });

interface FormValue<Leaf, Value> {
  /** Name of the part, for people who hear the form. */
  label: string;
  optional?: boolean;
  /** The part is shown only where this holds. */
  shown?: (leaf: Leaf) => boolean;
  read: (leaf: Leaf) => Value | undefined;
  write: (leaf: Leaf, value: Value | undefined) => Leaf;
}

export function emptyCondition(): Problem {
  return { code: 'condition_empty', message: 'A condition is not filled in.', hint: 'Fill it in, or remove it.' };
}

/** One of several, at random. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)];
}
