import type { MeasureKind } from '../measures/measure';

/**
 * A sentence without its words: a key of the message catalogue, and what stands in its gaps. The screens say it in
 * their language; a gap may hold another phrase, so that "in the last 30 days" is written once.
 */
export interface Phrase {
  say: string;
  gaps?: Record<string, Gap>;
}

export type Gap =
  | { is: 'trait' | 'event' | 'segment' | 'idList' | 'property' | 'date'; value: string }
  /** A word; whose it is decides whether there is a better one for it. */
  | { is: 'text'; value: string; as?: FigureOf }
  /** A figure; what it is compared with decides how it is written. */
  | { is: 'number'; value: number; as?: FigureOf }
  | { is: 'list'; values: readonly Gap[] }
  | { is: 'phrase'; phrase: Phrase };

/** Whose figure or word it is: a trait's, or one of a kind that is known. */
export type FigureOf = { trait: string } | { kind: MeasureKind };

export function phrase(say: string, gaps?: Record<string, Gap>): Phrase {
  return gaps ? { say, gaps } : { say };
}

/** What fills a gap that has nothing to say. */
export const nothing: Gap = { is: 'phrase', phrase: { say: 'segments_say_nothing' } };

export const gap = {
  trait: (value: string): Gap => ({ is: 'trait', value }),
  event: (value: string): Gap => ({ is: 'event', value }),
  segment: (value: string): Gap => ({ is: 'segment', value }),
  idList: (value: string): Gap => ({ is: 'idList', value }),
  text: (value: string, as?: FigureOf): Gap => ({ is: 'text', value, ...(as ? { as } : {}) }),
  date: (value: string): Gap => ({ is: 'date', value }),
  number: (value: number, as?: FigureOf): Gap => ({ is: 'number', value, ...(as ? { as } : {}) }),
  list: (values: readonly Gap[]): Gap => ({ is: 'list', values }),
  phrase: (of: Phrase): Gap => ({ is: 'phrase', phrase: of }),
};
