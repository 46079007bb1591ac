import type { ShelvedBytes } from '../../src/lib/core/exports/shelf';

/** Files with their bytes in place of the way to read them. */
export function withBytes<T extends ShelvedBytes>(files: readonly T[]): Promise<(Omit<T, 'read' | 'blob'> & { bytes: Uint8Array })[]> {
  return Promise.all(files.map(async ({ read, blob: _, ...file }) => ({ ...file, bytes: await read() })));
}
