import { openChineseWords } from '../base/chineseWords';
import { hasChinese, wordsOf, type CutWords } from '../base/words';
import { matrixFromPairs, someEntries, type InteractionMatrix } from '../math/sparseRows';
import type { Feature } from './trainingData';

/** What each row is said to be, as counts of terms: `rows` of the matrix are items or customers, its columns terms. */
export interface TermCounts {
  /** `brand=Qinghe`, or a word of a title. */
  terms: string[];
  counts: InteractionMatrix;
}

/** Prices and other numbers are cut where so many parts of the rows that have one are alike in size. */
const bands = 8;

/** Texts as words, everything else as labels; both by row. The dictionary of Chinese is loaded where it has work to do. */
export async function featureTerms(features: readonly Feature[], rows: number): Promise<{ words: TermCounts[]; labels: TermCounts[] }> {
  const texts = features.filter((feature) => feature.kind === 'text');
  const isChinese = texts.some((feature) => feature.texts.some((text) => text !== null && hasChinese(text)));
  const cut = isChinese ? await openChineseWords() : undefined;
  return {
    words: texts.map((feature) => wordCounts(feature.texts, cut)),
    labels: features.filter((feature) => feature.kind !== 'text').map((feature) => labelCounts(feature, rows)),
  };
}

/** Words of texts; the vocabulary is in the order of its words. */
export function wordCounts(texts: readonly (string | null)[], cut?: CutWords): TermCounts {
  const rows = texts.map((text) => (text === null ? [] : wordsOf(text, cut)));
  const terms = [...new Set(rows.flat())].sort((a, b) => (a < b ? -1 : 1));
  const codeOf = new Map(terms.map((term, code) => [term, code]));
  const [row, column]: [number[], number[]] = [[], []];
  rows.forEach((words, at) => {
    for (const word of words) {
      row.push(at);
      column.push(codeOf.get(word)!);
    }
  });
  return { terms, counts: matrixFromPairs(texts.length, terms.length, row, column) };
}

/** Terms that fewer or more rows have are left out: what one row alone has says nothing of another. */
export function commonTerms({ terms, counts }: TermCounts, least: number, most = Infinity): TermCounts {
  const rowsWith = new Int32Array(terms.length);
  for (const term of counts.columns) rowsWith[term]++;
  const kept = terms.map((_, term) => rowsWith[term] >= least && rowsWith[term] <= most);
  const places = new Int32Array(terms.length);
  let count = 0;
  kept.forEach((isKept, term) => (places[term] = isKept ? count++ : -1));
  const some = someEntries(counts, (entry) => kept[counts.columns[entry]]);
  return {
    terms: terms.filter((_, term) => kept[term]),
    counts: { ...some, items: count, columns: some.columns.map((term) => places[term]) },
  };
}

/** Rows one beside the other, terms one group behind the other; equal terms of two groups stay two. */
export function besideOneAnother(groups: readonly TermCounts[], rows: number): TermCounts {
  const [row, column, value]: [number[], number[], number[]] = [[], [], []];
  const terms: string[] = [];
  for (const { terms: own, counts } of groups) {
    for (let at = 0; at < rows; at++) {
      for (let entry = counts.rowStarts[at]; entry < counts.rowStarts[at + 1]; entry++) {
        row.push(at);
        column.push(terms.length + counts.columns[entry]);
        value.push(counts.values[entry]);
      }
    }
    for (const term of own) terms.push(term);
  }
  return { terms, counts: matrixFromPairs(rows, terms.length, row, column, value) };
}

/** Every row at length 1; nothing stays nothing. */
export function rowsOfLengthOne(matrix: InteractionMatrix): InteractionMatrix {
  const values = matrix.values.slice();
  for (let row = 0; row < matrix.users; row++) {
    const own = values.subarray(matrix.rowStarts[row], matrix.rowStarts[row + 1]);
    let squares = 0;
    for (const value of own) squares += value * value;
    if (squares > 0) for (let at = 0; at < own.length; at++) own[at] /= Math.sqrt(squares);
  }
  return { ...matrix, values };
}

function labelCounts(feature: Exclude<Feature, { kind: 'text' }>, rows: number): TermCounts {
  const [row, column]: [number[], number[]] = [[], []];
  const add = (at: number, code: number) => {
    if (code < 0) return;
    row.push(at);
    column.push(code);
  };
  let labels: string[];
  if (feature.kind === 'number') {
    const cuts = cutsOf(feature.values);
    labels = Array.from({ length: cuts.length + 1 }, (_, band) => String(band + 1));
    for (let at = 0; at < rows; at++)
      add(at, Number.isNaN(feature.values[at]) ? -1 : cuts.filter((cut) => feature.values[at] > cut).length);
  } else {
    labels = feature.labels;
    for (let at = 0; at < rows; at++) {
      if (feature.kind === 'label') add(at, feature.codes[at]);
      else for (let entry = feature.rowStarts[at]; entry < feature.rowStarts[at + 1]; entry++) add(at, feature.codes[entry]);
    }
  }
  return { terms: labels.map((label) => `${feature.name}=${label}`), counts: matrixFromPairs(rows, labels.length, row, column) };
}

/** Values above which the next band begins, each once, ascending. */
function cutsOf(values: Float32Array): number[] {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return [];
  const cuts = Array.from({ length: bands - 1 }, (_, band) => known[Math.floor(((band + 1) * (known.length - 1)) / bands)]);
  return [...new Set(cuts)].filter((cut) => cut < known[known.length - 1]);
}
