import type { RunContext } from '../base/run';
import { UserError } from '../base/errors';
import { armsColumns } from './armsFile';
import { csvFormat } from './formats/csv';
import { machineStyle } from './formats/csvStyle';

/** A line of a file of arms. */
export interface ArmLine {
  customer: string;
  arm: string;
  sent: boolean;
  stratum: string | null;
}

/**
 * The lines of a file of arms, as `armsFile` writes it.
 * @throws UserError `arms_file` where it is not one
 */
export async function readArms(bytes: Uint8Array, run: RunContext): Promise<ArmLine[]> {
  const lines: ArmLine[] = [];
  try {
    const columns = armsColumns.map((name) => ({ name, type: 'text' as const }));
    for await (const { names, rows, cells } of csvFormat(machineStyle).read(bytes, columns, run)) {
      if (names.join() !== armsColumns.join()) throw new Error(`its columns are ${names.join(', ')}`);
      for (let row = 0; row < rows; row++) {
        const [customer, arm, sent, stratum] = cells.map((column) => column[row] as string | null);
        if (!customer || !arm || (sent !== 'yes' && sent !== 'no'))
          throw new Error(`row ${lines.length + 1} lacks a customer, an arm, or yes or no`);
        lines.push({ customer, arm, sent: sent === 'yes', stratum: stratum || null });
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'Cancelled') throw error;
    const problem = error.message;
    throw new UserError(
      'arms_file',
      `This is no file of arms: ${problem}.`,
      `Its columns are ${armsColumns.join(', ')}, as the export wrote them.`,
      {
        problem,
      },
    );
  }
  return lines;
}
