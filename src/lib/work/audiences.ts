import { chosenMembers } from '../core/audiences/chosenMembers';
import type { PastExport } from '../core/audiences/contacts';
import type { AudienceScope } from '../core/audiences/members';
import type { AudienceNote } from '../core/audiences/notes';
import { segmentsOfSource } from '../core/audiences/source';
import { limitNotes } from '../core/exports/audienceSizes';
import type { Plan } from '../core/plan/schema';
import { scoresBehind } from '../core/profiles/planTraits';
import { namesIn, segmentsBehind } from '../core/segments/names';
import type { Epoch } from './epoch';

/** What audiences are found in: the data, the plan's audiences, and what was exported before. */
export async function audienceScope(epoch: Epoch, past: readonly PastExport[] = epoch.state.pastExports ?? []): Promise<AudienceScope> {
  const { audiences, sharing } = epoch.plan;
  return { ...(await epoch.segments()), audiences, ...(sharing && { sharing }), past };
}

/** Ids of these audiences, and of those with which they share people. */
export function withSharing({ sharing = [] }: Plan, ids: ReadonlySet<string>): Set<string> {
  const groups = sharing.filter(({ audiences }) => audiences.some(({ audience }) => ids.has(audience)));
  return new Set([...ids, ...groups.flatMap(({ audiences }) => audiences.map(({ audience }) => audience))]);
}

/**
 * What can be said of the plan's audiences before any model is trained: lists that name nobody, channels that nobody agreed
 * to, limits below what a platform takes.
 */
export async function audienceNotes(epoch: Epoch): Promise<AudienceNote[]> {
  const scope = await audienceScope(epoch);
  const found: AudienceNote[] = [];
  for (const audience of epoch.plan.audiences) {
    found.push(...limitNotes(epoch.plan, audience));
    const { name: _n, top: _t, ...unranked } = audience;
    const rules = segmentsBehind(segmentsOfSource(audience.from), scope.segments);
    const scored = rules.some(({ rule }) => scoresBehind(namesIn(rule, 'trait'), epoch.plan.traits).length > 0);
    if (!scored) found.push(...(await chosenMembers(scope, unranked, epoch)).notes);
  }
  return found;
}

const keptDays = 366;
/** Characters of ids that the workspace keeps: some 700,000 contacts. */
const keptIds = 8_000_000;

/** The earlier exports with new ones; the oldest go where they are older than any guard looks back to, or too many. */
export function rememberExports(past: readonly PastExport[], made: readonly PastExport[]): PastExport[] {
  // Made again on the same day it stands for the one before.
  const others = past.filter(({ audience, asOf }) => !made.some((each) => each.audience === audience && each.asOf === asOf));
  const all = [...others, ...made].sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0));
  const newest = Date.parse(`${all.at(-1)?.asOf}Z`);
  let room = keptIds;
  const kept = all
    .toReversed()
    .filter(({ asOf, ids }) => newest - Date.parse(`${asOf}Z`) <= keptDays * 86_400_000 && (room -= ids.length) >= 0);
  return kept.reverse();
}
