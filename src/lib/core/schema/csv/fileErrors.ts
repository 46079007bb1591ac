import { UserError } from '../../base/errors';
import type { FileSource } from '../files';

/** What a failed read means to the person, by the names that browsers and Node give it; other errors pass through. */
export function fileReadError(error: unknown, file: FileSource): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const name = (error as { code?: string }).code ?? error.name;
  const values = { file: file.name };
  switch (name) {
    case 'EISDIR':
      return new UserError('file_is_folder', `"${file.name}" is a folder.`, 'Choose a file in it.', values);
    case 'ENOENT':
    case 'NotFoundError':
      return new UserError('file_gone', `"${file.name}" is not there.`, 'Check its name and place, then choose it again.', values);
    case 'EACCES':
    case 'EPERM':
    case 'SecurityError':
      return new UserError('file_forbidden', `"${file.name}" may not be read.`, 'Check the permissions of the file.', values);
    case 'NotReadableError':
      return new UserError(
        'file_unreadable',
        `"${file.name}" cannot be read: it is a folder, or it changed or vanished since it was chosen.`,
        'Choose the file again.',
        values,
      );
    default:
      return error;
  }
}
