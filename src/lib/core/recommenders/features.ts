import { UserError } from '../base/errors';
import { listsOf, type Feature, type LabelFeature } from './trainingData';

/** One label a row; null is not known. Labels are in the order of their texts. */
export function labelFeature(name: string, texts: readonly (string | null)[]): LabelFeature {
  const { labels, codeOf } = distinct(texts.filter((text) => text !== null));
  return { name, kind: 'label', codes: Int32Array.from(texts, (text) => (text === null ? -1 : codeOf.get(text)!)), labels };
}

/** Any number of labels a row. */
export function labelsFeature(name: string, lists: readonly (readonly string[])[]): Feature {
  const { labels, codeOf } = distinct(lists.flat());
  const coded = lists.map((list) => [...new Set(list.map((label) => codeOf.get(label)!))].sort((a, b) => a - b));
  return { name, kind: 'labels', ...listsOf(coded), labels };
}

/** A path of categories as all its beginnings, so that neighbours in a tree have something in common: `Tea`, `Tea / Green`. */
export function pathFeature(name: string, paths: readonly (string | null)[]): Feature {
  const beginnings = (path: string) => {
    const parts = path.split(' / ');
    return parts.map((_, level) => parts.slice(0, level + 1).join(' / '));
  };
  return labelsFeature(
    name,
    paths.map((path) => (path === null ? [] : beginnings(path))),
  );
}

/** Texts beside numbers as texts by number; null where a number is nobody's. */
export function textsByNumber(texts: readonly (string | null)[], numbers: Int32Array, count: number): (string | null)[] {
  const placed = new Array<string | null>(count).fill(null);
  texts.forEach((text, row) => (placed[numbers[row]] = text));
  return placed;
}

/** The feature of a name, which says of each customer one thing at most. @throws UserError `segment_by_unknown` */
export function groupsByFeature(features: readonly Feature[], name: string, segments: readonly string[] = []): LabelFeature {
  const found = features.find((feature) => feature.name === name);
  if (found?.kind === 'label') return found;
  throw segmentByUnknown(name, features, segments);
}

export function segmentByUnknown(by: string, features: readonly Feature[], segments: readonly string[]): UserError {
  const known = [...features.filter(({ kind }) => kind === 'label').map(({ name }) => name), ...segments].join(', ') || '–';
  return new UserError(
    'segment_by_unknown',
    `Popularity cannot go by "${by}": no customer attribute that models may learn from has this name, nor have segments of the plan.`,
    `Name one attribute, or segments with commas between. There are: ${known}.`,
    { by, known },
  );
}

function distinct(texts: readonly string[]): { labels: string[]; codeOf: Map<string, number> } {
  const labels = [...new Set(texts)].sort((a, b) => (a < b ? -1 : 1));
  return { labels, codeOf: new Map(labels.map((label, code) => [label, code])) };
}
