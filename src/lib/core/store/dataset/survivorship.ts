import { consentIsNewer, isEarlier, isLater } from '../../schema/staging/datedFacts';
import type { TextColumn } from '../../schema/staging/columns';
import { consentTimeColumn, isConsentColumn, isConsentTime } from '../../schema/privacy/consents';
import { TextPool } from '../../schema/staging/textPool';

/**
 * Which value of an attribute counts where sources disagree: the one that was so last (what is not said otherwise), the
 * one that was so first, or that of the first of these sources of the plan that says any.
 */
export type SurvivorRule = 'latest' | 'first' | { sources: readonly string[] };

/** By the attribute's name. */
export type Survivorship = Readonly<Record<string, SurvivorRule>>;

/** What one source says of entities; rows in file order. */
export interface Statement {
  /** Id of the source in the data: of its source in the plan, or that and a file's name. */
  source: string;
  /** Facts of a file of events, which stand behind those of files about users or items. */
  ridesAlong: boolean;
  /** Number of each row's entity. */
  numbers: Int32Array;
  /** When each row was so, microseconds; NaN, or absent altogether, where it does not say. */
  times?: Float64Array;
  attributes: Map<string, TextColumn>;
}

/** The entities of a version: ascending numbers and their ids. */
export interface Entities {
  numbers: Int32Array;
  ids: TextColumn;
}

/** Consents are not a matter of taste: the newer statement counts, whatever file it is in, and none is ever invented. */
export const isConsent = isConsentColumn;

/**
 * One value per attribute and entity. Statements are compared one by one, in the order of the sources:
 * - by the rule's sources, where it names any; one that it names comes before one that it does not;
 * - then a fact of a file about users or items before one that rode along in events (but for consents);
 * - then by their times, where both have one: the result does not depend on the order of rows and files;
 * - where one has none, the one of the later source (or row) counts.
 * A cell of the empty text takes back what it outranks.
 */
export function mergeStatements(
  { numbers }: Entities,
  statements: readonly Statement[],
  numberSpace: number,
  rules: Survivorship = {},
): Map<string, TextColumn> {
  const rowOfNumber = new Int32Array(numberSpace).fill(-1);
  numbers.forEach((number, row) => (rowOfNumber[number] = row));
  const merged = new Map<string, TextColumn>();
  const best = { times: new Float64Array(numbers.length), ranks: new Int32Array(numbers.length) };
  const names = new Set(statements.flatMap(({ attributes }) => [...attributes.keys()]));
  for (const name of names) {
    const target: TextColumn = { kind: 'text', codes: new Int32Array(numbers.length).fill(-1), pool: new TextPool() };
    const rule = isConsent(name) || isConsentTime(name) ? 'latest' : (rules[name] ?? 'latest');
    for (const statement of statements) mergeAttribute(name, rule, statement, target, best, rowOfNumber);
    merged.set(name, withoutEmpty(target));
  }
  return merged;
}

function mergeAttribute(
  name: string,
  rule: SurvivorRule,
  statement: Statement,
  { pool, codes }: TextColumn,
  { times: bestTimes, ranks: bestRanks }: { times: Float64Array; ranks: Int32Array },
  rowOfNumber: Int32Array,
): void {
  const column = statement.attributes.get(name);
  if (!column) return;
  const outranks = isConsent(name) ? consentIsNewer : rule === 'first' ? isEarlier : isLater;
  const rank = rankOf(name, rule, statement);
  const { bytes, offsets } = column.pool;
  const translation = new Int32Array(column.pool.size).fill(-1);
  const ownTimes = timesOfConsent(name, statement);
  for (let row = 0; row < column.codes.length; row++) {
    const at = rowOfNumber[statement.numbers[row]];
    const cell = column.codes[row];
    if (at < 0 || cell < 0) continue;
    if (translation[cell] < 0) translation[cell] = pool.intern(bytes, offsets[cell], offsets[cell + 1]);
    const code = translation[cell];
    const own = ownTimes?.[row] ?? NaN;
    const time = own === own ? own : statement.times ? statement.times[row] : NaN;
    if (codes[at] >= 0) {
      const before = bestTimes[at];
      if (rank < bestRanks[at]) continue;
      const isDated = time === time && before === before;
      const wins = isDated ? outranks(pool, code, time, codes[at], before) : rule !== 'first';
      if (rank === bestRanks[at] && !wins) continue;
    }
    codes[at] = code;
    bestTimes[at] = time;
    bestRanks[at] = rank;
  }
}

/** When each row's answer for a channel was given, where the source says that beside it: an answer may be older than its line. */
function timesOfConsent(name: string, { attributes }: Statement): Float64Array | undefined {
  const column = attributes.get(isConsentTime(name) ? name : isConsent(name) ? consentTimeColumn(name) : '');
  if (!column) return undefined;
  const instants = column.pool.texts().map((text) => Date.parse(text) * 1000);
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : instants[code]));
}

/** Higher before lower, whatever the times. */
function rankOf(name: string, rule: SurvivorRule, { source, ridesAlong }: Statement): number {
  if (isConsent(name) || isConsentTime(name)) return 0;
  const kind = ridesAlong ? 0 : 1;
  if (typeof rule === 'string') return kind;
  const place = rule.sources.findIndex((id) => source === id || source.startsWith(`${id}/`));
  return kind + (place < 0 ? 0 : 2 * (rule.sources.length - place));
}

/** What was taken back is an empty cell, and no text that does not count stays in the pool: the type of a column is told by its texts. */
function withoutEmpty({ codes, pool }: TextColumn): TextColumn {
  const kept = new TextPool();
  const translation = new Int32Array(pool.size).fill(-1);
  const { bytes, offsets } = pool;
  const left = codes.map((code) => {
    if (code < 0 || offsets[code] === offsets[code + 1]) return -1;
    if (translation[code] < 0) translation[code] = kept.intern(bytes, offsets[code], offsets[code + 1]);
    return translation[code];
  });
  return { kind: 'text', codes: left, pool: kept };
}
