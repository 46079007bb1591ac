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
import { pastOf } from './exportRecords';

/** What audiences are found in: the data, the plan's audiences, and what was exported before. `more`: what the workspace does not know. */
export async function audienceScope(epoch: Epoch, more: readonly PastExport[] = []): Promise<AudienceScope> {
  const { audiences, sharing, effects } = epoch.plan;
  const { exportRecords, data } = epoch.state;
  const past = data ? pastOf(exportRecords, data.version.ids.users.parts, data.version.facts.userNumbers) : [];
  return { ...(await epoch.segments()), audiences, ...(sharing && { sharing }), ...(effects && { effects }), past: [...past, ...more] };
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
