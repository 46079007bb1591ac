import type { UserError } from '../../base/errors';
import type { FileSource } from '../files';
import { unreadableKind } from './formatErrors';

const signatures: readonly [signature: string, what: string][] = [
  ['%PDF', 'PDF'],
  ['SQLite', 'SQLite'],
  ['\x89PNG', 'PNG'],
  ['\xff\xd8\xff', 'JPEG'],
  ['GIF8', 'GIF'],
  ['Rar!', 'RAR'],
  ["7z\xbc\xaf'\x1c", '7-Zip'],
  ['BZh', 'bzip2'],
  ['\xfd7zXZ', 'xz'],
  ['Obj\x01', 'Avro'],
  ['ORC', 'ORC'],
  ['PARE', 'Parquet, encrypted'],
  ['FEA1', 'Feather 1'],
];

/** What no reader can be found for, by its first bytes. */
export function unreadable(file: FileSource, start: Uint8Array): UserError | undefined {
  const begins = (signature: string) => [...signature].every((character, at) => character.charCodeAt(0) === start[at]);
  const found = signatures.find(([signature]) => begins(signature));
  // Text can begin with a word that is a signature; a file with zero bytes in its beginning is none.
  if (!found || (/^[A-Z]+$/i.test(found[0]) && !start.includes(0))) return undefined;
  return unreadableKind(file, found[1]);
}

/** What Excel wrote before 2007, and what it wraps around a workbook with a password. */
export function isCompoundFile(start: Uint8Array): boolean {
  return start[0] === 0xd0 && start[1] === 0xcf && start[2] === 0x11 && start[3] === 0xe0;
}
