import { UserError } from '../base/errors';
import { manifestSchema, manifestVersion, type ReadManifest } from './manifestSchema';

/**
 * A manifest from its text, for programs that take Muster's files.
 * @throws UserError `manifest_not_readable`, `manifest_version`, `manifest_invalid`
 */
export function readManifest(text: string): ReadManifest {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new UserError('manifest_not_readable', 'The manifest is no JSON.', 'Take manifest.json as the run wrote it.');
  }
  const version = (document as { muster?: unknown } | null)?.muster;
  if (version !== manifestVersion) {
    throw new UserError(
      'manifest_version',
      `The manifest is of version ${String(version)}, and this Muster reads version ${manifestVersion}.`,
      'Read it with the Muster that wrote it, or run its plan again.',
      { version: String(version), current: manifestVersion },
    );
  }
  const read = manifestSchema.safeParse(document);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues;
  const problem = `${path.join('.')}: ${message}`;
  throw new UserError('manifest_invalid', `The manifest is not as it must be: ${problem}.`, 'Take manifest.json as the run wrote it.', {
    problem,
  });
}
