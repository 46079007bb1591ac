import { unzipSync } from 'fflate';
import { UserError } from '../base/errors';
import type { ReadManifest } from './manifestSchema';
import { readManifest } from './readManifest';

/** An export as the page handed it over: a zip with its manifest. */
export interface UnzippedExport {
  manifest: ReadManifest;
  /** By name. */
  files: ReadonlyMap<string, Uint8Array>;
}

/** A zip that inflates to more is no export of ours. */
const mostBytes = 2 ** 31;

/** @throws UserError `export_zip_unreadable`, and what {@link readManifest} throws */
export function unzipExport(bytes: Uint8Array): UnzippedExport {
  let files: Map<string, Uint8Array>;
  let total = 0;
  try {
    files = new Map(Object.entries(unzipSync(bytes, { filter: ({ originalSize }) => (total += originalSize) <= mostBytes })));
  } catch {
    throw notAnExport();
  }
  const manifest = files.get('manifest.json');
  if (!manifest) throw notAnExport();
  return { manifest: readManifest(new TextDecoder().decode(manifest)), files };
}

function notAnExport(): UserError {
  return new UserError(
    'export_zip_unreadable',
    'This is no zip of an export.',
    'Choose the zip that the Exports screen handed over, whole.',
  );
}
