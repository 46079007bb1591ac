import { stableJson } from '../base/hash';
import type { Rule } from './rule';

/** A rule that a segment had. */
export interface RuleVersion {
  /** Id of the segment. */
  segment: string;
  /** When it was saved last, an ISO instant; null of what was there when the history began. */
  at: string | null;
  /** Whoever saved it, where they said so. */
  by?: string;
  rule: Rule;
}

/** Saves of one person that follow each other so closely are one version: a figure is typed digit by digit. */
export const joinedMs = 2 * 60 * 1000;
/** Versions that are kept of one segment, and of all, those of deleted ones too: the oldest go. */
export const versionsKept = 100;
export const versionsKeptInAll = 2000;

type Segments = readonly { id: string; rule: Rule }[];

/**
 * The history of the segments' rules after a save. A segment that comes back with the rule of its last version goes on
 * (its deletion was undone); with another rule it is another one of the same name, and begins anew.
 */
export function withVersions(
  versions: readonly RuleVersion[],
  before: Segments,
  after: Segments,
  { at, by }: { at: string; by?: string },
): readonly RuleVersion[] {
  let found: RuleVersion[] | undefined;
  for (const { id, rule } of after) {
    const text = stableJson(rule);
    const earlier = before.find((segment) => segment.id === id);
    if (earlier && (earlier.rule === rule || stableJson(earlier.rule) === text)) continue;
    const known = (found ?? versions).filter(({ segment }) => segment === id);
    const last = known.at(-1);
    if (last && !earlier && stableJson(last.rule) === text) continue;
    const others = (found ?? versions).filter(({ segment }) => segment !== id);
    const own = earlier && known.length === 0 ? [{ segment: id, at: null, rule: earlier.rule }] : earlier ? known : [];
    const joins = last?.at && earlier && last.by === by && own.length > 1 && Date.parse(at) - Date.parse(last.at) < joinedMs;
    const version: RuleVersion = { segment: id, at, ...(by && { by }), rule };
    found = [...others, ...[...(joins ? own.slice(0, -1) : own), version].slice(-versionsKept)];
  }
  return found ? found.slice(-versionsKeptInAll) : versions;
}
