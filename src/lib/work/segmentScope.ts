import { sha256Hex, stableJson } from '../core/base/hash';
import type { SegmentScope } from '../core/segments/evaluate';
import type { Desk } from './desk';
import { ensureProfiles } from './profilesTable';

/**
 * What rules of the open workspace are evaluated in: its data, asOf, segments and scores.
 * @throws UserError `no_workspace`, `no_data`, `as_of_invalid`
 */
export async function segmentScope(desk: Desk): Promise<SegmentScope> {
  const scope = await ensureProfiles(desk);
  const { plan } = desk.workspace;
  return { ...scope, segments: plan.segments, scoreVersions: scoreVersions(desk) };
}

/** Models whose scores lie in the store, each with a text that changes with every training. */
export function scoreVersions(desk: Desk): Map<string, string> {
  return new Map([...desk.workspace.propensityReports].map(([modelId, report]) => [modelId, sha256Hex(stableJson(report)).slice(0, 16)]));
}
