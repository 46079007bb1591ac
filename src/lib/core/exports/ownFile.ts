import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { joinedBytes } from '../base/bytes';
import type { RunContext } from '../base/run';
import { csvFormat } from './formats/csv';
import type { CsvStyle } from './formats/csvStyle';
import { inMemory } from './shelf';
import { splitTable } from './splitTable';
import type { ExportCell, ExportTable } from './table';
import type { ExportFile } from './types';

/** A small table of texts as a file that is for us and not for a platform. */
export async function ownFile(
  name: string,
  role: NonNullable<ExportFile['role']>,
  columns: Readonly<Record<string, ExportCell[]>>,
  style: CsvStyle,
  run: RunContext,
): Promise<ExportFile> {
  const cells = Object.values(columns);
  const table: ExportTable = {
    columns: Object.keys(columns).map((column) => ({ name: column, type: 'text' })),
    blocks: () => [{ rows: cells[0].length, cells }],
  };
  for await (const { pieces, rows } of splitTable(table, csvFormat(style), {}, run)) {
    return { name, ...inMemory(pieces), rows, sha256: await hashOf(pieces, run), role };
  }
  throw new Error('a table without limits is one file');
}

/** Bytes that are hashed between two pauses. */
const hashBytes = 1 << 20;

/** By the platform where it has SHA-256, which only secure addresses have: ten times as fast, and on a thread of its own. */
export async function hashOf(pieces: readonly Uint8Array[], run: RunContext): Promise<string> {
  const { subtle } = globalThis.crypto as Partial<Crypto>;
  if (subtle) {
    const digest = await subtle.digest('SHA-256', joinedBytes(pieces));
    await run.breathe();
    return bytesToHex(new Uint8Array(digest));
  }
  const hash = sha256.create();
  for (const bytes of pieces) {
    for (let at = 0; at < bytes.length; at += hashBytes) {
      hash.update(bytes.subarray(at, at + hashBytes));
      await run.breathe();
    }
  }
  return bytesToHex(hash.digest());
}
