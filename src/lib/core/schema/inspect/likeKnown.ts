import { UserError } from '../../base/errors';
import { fittedTo } from '../fitColumns';
import type { Mapping } from '../roles';

/** A mapping that a workspace has already: that of an earlier month, perhaps. */
export interface KnownMapping {
  id: string;
  mapping: Mapping;
}

/**
 * The known mapping that fits this file's columns: all columns that it needs are there, and of those that the file has
 * it knows at least half; the one that knows most, and of equals the last. Mappings of files without a header name
 * nothing, so that they never fit.
 */
export function likeKnown(
  known: readonly KnownMapping[],
  fileColumns: readonly string[],
  file: Pick<Mapping, 'header' | 'format' | 'delimiter'>,
): KnownMapping | undefined {
  let best: { known: KnownMapping; shared: number } | undefined;
  for (const { id, mapping } of known) {
    const isSameFormat = (mapping.format ?? 'delimited') === (file.format ?? 'delimited');
    if (!isSameFormat || !mapping.header || !file.header) continue;
    const fitted = fit(fileColumns, mapping);
    if (!fitted) continue;
    const shared = fileColumns.filter((name) => mapping.columns.includes(name)).length;
    if (shared * 2 >= fileColumns.length && shared >= (best?.shared ?? 1)) best = { known: { id, mapping: fitted }, shared };
  }
  return best?.known;
}

function fit(fileColumns: readonly string[], mapping: Mapping): Mapping | undefined {
  try {
    return fittedTo(fileColumns, mapping).mapping;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
