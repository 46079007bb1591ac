import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { Comparison, EvaluationRow, Protocol } from './types';

/**
 * Joins comparisons whose numbers may stand side by side.
 * @throws UserError `protocol_differs` where data, split, candidates or cut-offs differ
 */
export function joinComparisons(first: Comparison, second: Comparison): Comparison {
  const differences = protocolDifferences(first.protocol, second.protocol);
  if (differences.length > 0) {
    const fields = differences.join(', ');
    throw new UserError(
      'protocol_differs',
      `These results were measured differently (${fields}), so they cannot stand in one table.`,
      'Compare the models again with the same data, split, candidates and cut-offs.',
      { fields },
    );
  }
  const kept = first.rows.filter((row) => !replaces(second.rows, row));
  const isKept = (id: string) => kept.some((row) => row.modelId === id);
  // Rows of two comparisons were not measured person by person side by side.
  const tests = [...(first.tests ?? []).filter(({ leader, follower }) => isKept(leader) && isKept(follower)), ...(second.tests ?? [])];
  return { protocol: first.protocol, rows: [...kept, ...second.rows], ...(tests.length > 0 && { tests }) };
}

/** A comparison that was saved when algorithms had other names, under their present ones. */
export function withPresentNames(comparison: Comparison, renamed: (algorithm: string) => string): Comparison {
  return { ...comparison, rows: comparison.rows.map((row) => ({ ...row, algorithm: renamed(row.algorithm) })) };
}

/** The names of the fields in which two protocols differ. */
export function protocolDifferences(a: Protocol, b: Protocol): (keyof Protocol)[] {
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Protocol)[];
  return fields.filter((field) => stableJson(a[field] ?? null) !== stableJson(b[field] ?? null)).sort();
}

function replaces(rows: EvaluationRow[], old: EvaluationRow): boolean {
  return rows.some((row) => row.modelId === old.modelId);
}
