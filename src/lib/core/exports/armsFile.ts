import type { AudienceArms } from '../audiences/arms';
import { controlArm } from '../audiences/experiment';
import type { RunContext } from '../base/run';
import { safeFileName } from './fileNames';
import { machineStyle } from './formats/csvStyle';
import { ownFile } from './ownFile';
import type { ExportFile } from './types';

/** Header of every file of arms. */
export const armsColumns = ['customer', 'arm', 'sent', 'stratum'] as const;

/**
 * Who of an audience is in which arm, for the day on which results come back: one line a customer in the byte order of
 * ids, those who are held out among them. It goes to no platform.
 */
export function armsFile(
  audience: string,
  { arms, customers, arm, strata }: AudienceArms,
  names: Set<string>,
  run: RunContext,
): Promise<ExportFile> {
  const ids = Array.from(arm, (place) => arms[place].id);
  const columns: Record<(typeof armsColumns)[number], (string | null)[]> = {
    customer: customers,
    arm: ids,
    sent: ids.map((id) => (id === controlArm ? 'no' : 'yes')),
    stratum: strata ? strata.map((label) => label || null) : customers.map(() => null),
  };
  return ownFile(safeFileName(audience, 'csv', names, '.arms'), 'arms', columns, machineStyle, run);
}
