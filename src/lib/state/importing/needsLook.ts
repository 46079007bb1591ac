import type { ImportChange } from '$lib/core/schema/report';
import type { ImportMode } from '$lib/work/stages';
import type { QualityCheck } from '$lib/work/stagedChecks';

/**
 * Whether the person should see what an import would change before it happens: rows that are there would go or become
 * others, rows would be counted twice, or a check says that something is wrong. A file that only brings something new
 * comes in with one click.
 */
export function needsLook(mode: ImportMode['mode'], change: ImportChange, checks: readonly QualityCheck[]): boolean {
  if (mode !== 'add') return true;
  return change.exactDuplicates > 0 || change.overlappingDays > 0 || checks.some(({ verdict }) => verdict === 'problem');
}
