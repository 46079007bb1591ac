import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { resolveOptions, type OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { checkFile, type FileExpectation } from './checkFile';
import type { Destination } from './destination';
import type { ExportTable } from './table';
import type { ExportFile } from './types';
import { concatenate } from './zip';

/** Bytes that are hashed between two pauses. */
const hashBytes = 1 << 20;

/**
 * Writes a table as a file, then reads the file back and compares it with what it must hold: a broken file is never
 * handed over.
 * @throws UserError `export_check_failed`, and what resolveOptions throws
 */
export async function makeFile(
  name: string,
  table: ExportTable,
  destination: Destination,
  given: OptionValues,
  expectation: FileExpectation,
  run: RunContext,
): Promise<ExportFile> {
  const options = resolveOptions(destination.id, destination.options, given);
  const pieces: Uint8Array[] = [];
  const hash = sha256.create();
  let rows = 0;
  const counted: ExportTable = {
    columns: table.columns,
    async *blocks() {
      for await (const block of table.blocks()) {
        yield block;
        rows += block.rows;
        run.report({ stage: `write:${name}`, done: rows, total: expectation.rows, unit: 'rows' });
      }
    },
  };
  for await (const piece of destination.write(counted, options, run)) {
    pieces.push(piece);
    for (let at = 0; at < piece.length; at += hashBytes) {
      hash.update(piece.subarray(at, at + hashBytes));
      await run.breathe();
    }
  }
  const bytes = concatenate(pieces);
  await checkFile(name, bytes, table.columns, destination, options, expectation, run);
  return { name, bytes, rows, sha256: bytesToHex(hash.digest()) };
}
