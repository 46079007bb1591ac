import type { Bitset } from '../core/base/bitset';
import { UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import type { Plan } from '../core/plan/schema';
import { modelOfTrait } from '../core/predictions/modelOfTrait';
import { replayRule, timelessTraits, type ReplayScope } from '../core/segments/history';
import { traitsBehind } from '../core/segments/names';
import type { SegmentScope } from '../core/segments/evaluate';
import type { DataScope } from '../core/store/dataScope';

/** Each is a query over the events of its own, so that a plan with hundreds does not hold up a training. */
const mostSegments = 20;

/** What of an epoch past days are read from. */
interface Present {
  plan: Plan;
  scores: ReplayScope['scores'];
  segments(): Promise<SegmentScope>;
  data(): Promise<DataScope & Pick<ReplayScope, 'planTraits'>>;
}

/** What rules are evaluated in as of past days; `segments` where others stand in for the plan's. */
export async function replayScope(epoch: Present, segments?: ReplayScope['segments']): Promise<ReplayScope> {
  const { idLists, personIds, segments: saved } = await epoch.segments();
  return { ...(await epoch.data()), scores: epoch.scores, planTags: epoch.plan.tags, segments: segments ?? saved, idLists, personIds };
}

/**
 * The first twenty of the plan's segments as of another midnight. Left out are those whose past is not known: they go by
 * scores or by what the customer file says today; and those whose rule cannot be evaluated.
 */
export async function segmentsAt(epoch: Present, asOf: string, run: RunContext): Promise<{ segment: string; members: Bitset }[]> {
  const found: { segment: string; members: Bitset }[] = [];
  if (epoch.plan.segments.length === 0) return found;
  const scope = await replayScope(epoch);
  for (const { id, rule } of scope.segments) {
    if (found.length === mostSegments) break;
    await run.breathe();
    if (traitsBehind([id], scope.segments).some((trait) => modelOfTrait(trait) !== null)) continue;
    try {
      if ((await timelessTraits(scope, rule)).length > 0) continue;
      found.push({ segment: id, members: (await replayRule(scope, rule, asOf, run)).members });
    } catch (error) {
      // A rule that is not finished yet must not keep anybody from training.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return found;
}
