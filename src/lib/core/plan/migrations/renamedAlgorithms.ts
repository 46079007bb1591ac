import type { PlanDocument } from '../version';

/** Algorithms whose names said what they are not: the denoising autoencoder was called neural matrix factorisation. */
const renamed: Readonly<Record<string, string>> = { 'neural-mf': 'mult-dae' };

/** The present name of an algorithm, for what was written in version 1: plans, and the comparisons that were saved with them. */
export function renamedAlgorithm(algorithm: string): string {
  return renamed[algorithm] ?? algorithm;
}

/** Renames the algorithms of a plan's models; the models keep their own ids. */
export function renameAlgorithms(document: PlanDocument): PlanDocument {
  if (!Array.isArray(document.models)) return document;
  const models = document.models.map((model: unknown) => {
    const algorithm = (model as { algorithm?: unknown } | null)?.algorithm;
    return typeof algorithm === 'string' ? { ...(model as object), algorithm: renamedAlgorithm(algorithm) } : model;
  });
  return { ...document, models };
}
