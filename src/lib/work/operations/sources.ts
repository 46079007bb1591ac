import type { Operation } from './context';
import { toFileSource, type FileInput } from '../../core/schema/files';
import { inspectSource, type ChosenDialect } from '../../core/schema/inspect/inspectSource';
import type { Mapping } from '../../core/schema/roles';
import type { ImportReport, SourcePreview } from '../../core/schema/report';
import type { WorkspaceView } from './workspaces';

/**
 * Reads the file's beginning and proposes a mapping; `dialect` overrides what was detected (delimiter, encoding …).
 * @throws UserError `file_…`
 */
export const sourceInspect: Operation<{ file: FileInput; dialect?: ChosenDialect }, SourcePreview> = ({ file, dialect }) =>
  inspectSource(toFileSource(file), dialect);

/**
 * Imports a file into the open workspace, rebuilds the canonical tables and saves. With `replace`, earlier sources of
 * the same kind go. Cancelled or failed, the workspace is as it was before.
 */
export const sourceImport: Operation<
  { file: FileInput; sourceId: string; mapping: Mapping; preset?: string; mode: 'replace' | 'add' },
  { report: ImportReport; view: WorkspaceView }
> = notBuilt;

/** The rejected rows as CSV: row number, column, reason, the row's text. */
export const sourceRejects: Operation<{ sourceId: string }, { fileName: string; bytes: Uint8Array }> = notBuilt;

export const sourceRemove: Operation<{ sourceId: string }, WorkspaceView> = notBuilt;

function notBuilt(): Promise<never> {
  throw new Error('not built yet');
}
