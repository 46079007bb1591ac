import { scorePrefix } from '../profiles/profileColumns';

/** The model and the output that a trait `score:<model>.<output>` names; null for other traits. */
export function modelOfTrait(traitId: string): { modelId: string; output: string } | null {
  if (!traitId.startsWith(scorePrefix)) return null;
  // Ids of models have no dot.
  const [modelId, ...rest] = traitId.slice(scorePrefix.length).split('.');
  return { modelId, output: rest.join('.') };
}
