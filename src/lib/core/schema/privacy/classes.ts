import type { ErrorValues } from '../../base/errors';

/**
 * What a column says about a person:
 * - `identifier`: which person it is (names, ids, devices);
 * - `contact`: a way to reach them;
 * - `sensitive`: what may do them harm (health, faith, origin, numbers of documents and accounts, exact place and date of birth);
 * - `free-text`: sentences in which anything may stand.
 *
 * Everything of a class goes to files only: nothing of it becomes a feature unless the plan's `privacy.allowFeatures` says so.
 */
export const columnClasses = ['identifier', 'contact', 'sensitive', 'free-text'] as const;
export type ColumnClass = (typeof columnClasses)[number];

/** Why a column has its class: the screens say `privacy_reason_<code>` with the values, `about` being `privacy_about_<about>`. */
export interface ClassReason {
  code: 'header' | 'shape' | 'nearly_distinct' | 'long_text' | 'chosen';
  values: ErrorValues;
}

export interface Classified {
  class: ColumnClass;
  reason: ClassReason;
}
