import { UserError } from '../../core/base/errors';
import { memberSource, toFileSource, type FileInput, type FileSource, type Packing } from '../../core/schema/files';
import { openTable } from '../../core/schema/formats';
import { archiveMembers, packingOfFile } from '../../core/schema/formats/packing';
import { headerOnly } from '../../core/schema/formats/formatErrors';
import type { FileFormat } from '../../core/schema/roles';
import type { Operation } from './context';

/** One table of a dropped file: the file itself, a file in an archive, or a sheet of a workbook. */
export interface FileTable {
  file: FileInput;
  /** For people: the name of the file, and of the archive around it. */
  name: string;
  /** Packed ones of a packed file. */
  bytes: number;
  format: FileFormat;
  packing?: Packing;
  /** Of a workbook. */
  sheet?: string;
  columns: string[];
  estimatedRows?: number;
}

export interface OpenedFiles {
  tables: FileTable[];
  /** What is no table, with the reason: a code and the English sentence of a user error. */
  skipped: { name: string; code: string; message: string; values: Record<string, string | number> }[];
}

/** Finds the tables in files: unpacks archives, and lists the sheets of workbooks. A file that is no table is told, and the others are opened. */
export const filesOpen: Operation<{ files: FileInput[] }, OpenedFiles> = async ({ files }, context) => {
  const opened: OpenedFiles = { tables: [], skipped: [] };
  const attempt = async <T>(name: string, work: () => Promise<T[]>): Promise<T[]> => {
    await context.breathe();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, message, values } = error;
      opened.skipped.push({ name, code, message, values: { ...values } });
      return [];
    }
  };
  for (const file of files) {
    for (const input of await attempt(toFileSource(file).name, () => membersOf(file))) {
      const source = toFileSource(input);
      opened.tables.push(...(await attempt(source.name, () => tablesOf(input, source))));
    }
  }
  return opened;
};

/** An archive's files one by one; any other file is itself. */
async function membersOf(file: FileInput): Promise<FileInput[]> {
  const source = toFileSource(file);
  if (source.member !== undefined) return [file];
  const names = await archiveMembers(source);
  if (!names) return [file];
  return names.map((member) => (file instanceof Blob ? { file, member } : memberSource(source, member)));
}

async function tablesOf(input: FileInput, source: FileSource): Promise<FileTable[]> {
  const { file, format } = await openTable(source);
  const sample = await format.sample(file, {});
  // A workbook is packed by its nature, which nobody needs to be told.
  const packing = format.id === 'xlsx' ? undefined : await packingOfFile(source);
  const common = { file: input, bytes: source.size, format: format.id, ...(packing && { packing }) };
  const { sheets } = sample;
  if (sample.rows.length === 0 && !(sheets && sheets.length > 1)) throw headerOnly(source);
  if (!sheets) return [{ ...common, name: source.name, columns: sample.columns, estimatedRows: sample.estimatedRows }];
  const tables: FileTable[] = [];
  for (const sheet of sheets) {
    const own = sheet === sample.settings.sheet ? sample : await format.sample(file, { sheet });
    // Sheets of notes and covers are no tables.
    if (own.rows.length === 0 || own.columns.length < 2) continue;
    const name = sheets.length > 1 ? `${source.name} · ${sheet}` : source.name;
    tables.push({ ...common, name, sheet, columns: own.columns, estimatedRows: own.estimatedRows });
  }
  if (tables.length === 0) throw headerOnly(source);
  return tables;
}
