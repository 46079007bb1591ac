import { sha256Hex, stableJson } from '../core/base/hash';
import type { PropensitySpec } from '../core/plan/schema';
import type { Desk } from './desk';
import { ensureData } from './openData';

/** All that a propensity model's scores are made from, as one text: another text means that they are out of date. */
export async function scoreKey(desk: Desk, model: PropensitySpec): Promise<string> {
  const { dataHash, asOf } = await ensureData(desk);
  return sha256Hex(stableJson([dataHash, asOf, desk.workspace.plan.seed, model]));
}
