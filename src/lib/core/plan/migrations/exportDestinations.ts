import type { PlanDocument } from '../version';

/**
 * An export of version 1 named a `format`, or for hands a `destination`; version 2 only knows destinations. `csv`
 * stays the CSV with every value exactly as given.
 */
export function exportDestinations(document: PlanDocument): PlanDocument {
  if (!Array.isArray(document.exports)) return document;
  return { ...document, exports: document.exports.map(renamed) };
}

function renamed(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || !('format' in entry)) return entry;
  const { format, destination: _, ...rest } = entry as PlanDocument;
  return { ...rest, destination: format };
}
