import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../lib/core/base/errors';
import { sha256Hex, stableJson } from '../lib/core/base/hash';
import { musterVersion } from '../lib/core/base/version';
import { damaged } from '../lib/core/exports/delta/previousList';
import type { ReadManifest } from '../lib/core/exports/manifestSchema';
import type { Manifest } from '../lib/core/exports/types';
import type { FileSource } from '../lib/core/schema/files';

export type RunInputs = NonNullable<Manifest['inputs']>;

/**
 * What a run is made from: the same key means the same files to the byte, so that the second run need not be made.
 * @param rest whatever else decides, as plain data: the plan, and what the command line asks of it
 */
export async function inputsOf(files: readonly FileSource[], rest: unknown): Promise<RunInputs> {
  const found: RunInputs['files'] = [];
  for (const file of files) {
    const hash = createHash('sha256');
    for await (const block of file.stream()) hash.update(block);
    found.push({ name: file.name, bytes: file.size, sha256: hash.digest('hex') });
  }
  return { sha256: sha256Hex(stableJson({ muster: musterVersion, files: found, rest })), files: found };
}

/** The manifest of an earlier run; undefined where the folder has none, or one that cannot be read. */
export async function earlierRun(folder: string): Promise<ReadManifest | undefined> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { readManifest } = await import('../lib/core/exports/readManifest');
  return readManifest(text);
}

/** Whether all that a run wrote lies in the folder as it was written. */
export async function isWhole(folder: string, { files }: ReadManifest): Promise<boolean> {
  const names = new Set(await readdir(folder));
  if (!names.has('plan.json')) return false;
  for (const { name, sha256 } of files) {
    if (!names.has(name) || hashOf(await readFile(join(folder, name))) !== sha256) return false;
  }
  return true;
}

/**
 * A file of an earlier run, whose changes are to be told.
 * @throws UserError `earlier_damaged`
 */
export async function readEarlier(folder: string, { files }: ReadManifest, name: string): Promise<Uint8Array> {
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  const sha256 = files.find((file) => file.name === name)?.sha256;
  if (bytes && hashOf(bytes) === sha256) return new Uint8Array(bytes);
  throw damaged(join(folder, name));
}

export function manifestMissing(path: string): UserError {
  return new UserError('manifest_missing', `There is no manifest.json in ${path}.`, 'Give the folder that a run wrote.', { path });
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
