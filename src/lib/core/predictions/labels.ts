import { joinedArrays } from '../base/bytes';

/** What a task asks a learner to learn. */
export type LabelKind = 'binary' | 'number' | 'duration' | 'treatment';

/** One label for each row of a table of features. */
export type Labels =
  | { kind: 'binary'; values: Uint8Array }
  | { kind: 'number'; values: Float64Array }
  /** Days until the event, or until nothing more is known where `happened` is 0. */
  | { kind: 'duration'; days: Float64Array; happened: Uint8Array }
  /** Who was addressed, and what came of it. */
  | { kind: 'treatment'; treated: Uint8Array; outcome: Float64Array };

/** The labels as yes or no, for what only asks whether anything happened. */
export function happened(labels: Labels): Uint8Array {
  switch (labels.kind) {
    case 'binary':
      return labels.values;
    case 'number':
      return Uint8Array.from(labels.values, (value) => (value > 0 ? 1 : 0));
    case 'duration':
      return labels.happened;
    case 'treatment':
      return Uint8Array.from(labels.outcome, (value) => (value > 0 ? 1 : 0));
  }
}

export function countOf(labels: Labels): number {
  return happened(labels).length;
}

/** Labels of one kind, one after the other. */
export function joinLabels(parts: readonly Labels[]): Labels {
  const all = <T extends Uint8Array | Float64Array>(name: string): T => joinedArrays(parts.map((part) => (part as never)[name] as T));
  switch (parts[0].kind) {
    case 'binary':
      return { kind: 'binary', values: all('values') };
    case 'number':
      return { kind: 'number', values: all('values') };
    case 'duration':
      return { kind: 'duration', days: all('days'), happened: all('happened') };
    case 'treatment':
      return { kind: 'treatment', treated: all('treated'), outcome: all('outcome') };
  }
}
