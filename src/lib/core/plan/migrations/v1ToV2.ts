import type { Migration, PlanDocument } from '../version';
import { renameAlgorithms } from './renamedAlgorithms';

/** One change of a plan of version 1; each leaves alone what it does not know, because hands may have written it. */
type Change = (document: PlanDocument) => PlanDocument;

/** Independent of each other: every joint that changed its part of the plan has one line here. */
const changes: readonly Change[] = [renameAlgorithms];

/** What the joints of version 2 changed. Meaning is kept: an old plan gives the same members, lists and files. */
export const v1ToV2: Migration = {
  from: 1,
  what: 'Written for version 1 of the plan format.',
  migrate: (document) => changes.reduce((changed, change) => change(changed), document),
};
