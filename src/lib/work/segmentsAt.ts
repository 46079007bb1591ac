import type { Bitset } from '../core/base/bitset';
import { UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import { modelOfTrait } from '../core/predictions/modelOfTrait';
import { replayRule, timelessTraits, type ReplayScope } from '../core/segments/history';
import { traitsBehind } from '../core/segments/names';

/** Each is a query over the events of its own, so that a plan with hundreds does not hold up a training. */
const mostSegments = 20;

/**
 * The first twenty of the plan's segments as of another midnight. Left out are those whose past is not known: they go by
 * scores or by what the customer file says today; and those whose rule cannot be evaluated.
 */
export async function segmentsAt(scope: ReplayScope, asOf: string, run: RunContext): Promise<{ segment: string; members: Bitset }[]> {
  const found: { segment: string; members: Bitset }[] = [];
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
