import { UserError } from '../../../base/errors';
import type { FileSource, Packing } from '../../files';
import { joinedBytes } from '../../../base/bytes';
import { readBytes } from '../bytes';
import { inflateGzip } from './gzip';
import { inflatedFile } from './inflate';
import { baseName, shownName } from './names';
import { membersOf, type Member } from './zip';
import { inflateZstd } from './zstd';

/** A file within a file within a file is the most that anybody sends. */
const deepest = 3;
/** Formats that are read here and there need all of a packed file; more than this is not unpacked into memory. */
const mostInMemory = 1 << 30;

export function packingOf(start: Uint8Array): Packing | undefined {
  const is = (...bytes: number[]) => bytes.every((byte, at) => start[at] === byte);
  if (is(0x1f, 0x8b, 8)) return 'gzip';
  if (is(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  // The second is an archive with nothing in it.
  if (is(0x50, 0x4b, 3, 4) || is(0x50, 0x4b, 5, 6)) return 'zip';
  return undefined;
}

/**
 * The file that is meant, with its bytes inflated while they are read: what is in a gzip, Zstandard or zip file, the
 * named member of an archive or its only one. A file that is not packed, or is a workbook, is given back as it is.
 *
 * @throws UserError `packed_…`, `archive_…`, `file_…`
 */
export async function unpack(file: FileSource): Promise<FileSource> {
  let inner = file;
  for (let depth = 0; depth < deepest; depth++) {
    const packing = packingOf(await readBytes(inner, 0, 8));
    if (packing === undefined) break;
    if (packing === 'gzip') inner = inflatedFile(inner, packing, inflateGzip);
    else if (packing === 'zstd') inner = inflatedFile(inner, packing, inflateZstd);
    else {
      const archive = await seekable(inner);
      const members = await membersOf(archive);
      if (isWorkbook(members)) return archive;
      inner = chosenMember(file, members).open();
    }
  }
  return inner;
}

/** Names of the files in a zip archive; undefined where a file is none, or is a workbook. @throws UserError `packed_broken`, `archive_…`, `file_…` */
export async function archiveMembers(file: FileSource): Promise<string[] | undefined> {
  if ((await packingOfFile(file)) !== 'zip') return undefined;
  const members = await membersOf(file);
  if (isWorkbook(members)) return undefined;
  if (members.length === 0) throw emptyArchive(file);
  return members.map(({ name }) => name);
}

/** How a file is packed by its first bytes; a workbook is packed, too. */
export async function packingOfFile(file: FileSource): Promise<Packing | undefined> {
  return packingOf(await readBytes(file, 0, 8));
}

/** A workbook is an archive of parts, of which none is a table by itself. */
export function isWorkbook(members: readonly Member[]): boolean {
  return members.some(({ name }) => /^xl\/workbook\.(xml|bin)$/i.test(name)) || members.some(({ name }) => name === 'mimetype');
}

function chosenMember(file: FileSource, members: readonly Member[]): Member {
  const chosen = file.member === undefined ? members : membersNamed(members, file.member);
  if (chosen.length === 1) return chosen[0];
  const values = { file: file.name, member: file.member ?? '' };
  if (file.member !== undefined)
    throw new UserError('archive_no_member', `"${file.name}" has no file "${file.member}".`, 'Choose one of the files in it.', values);
  if (chosen.length === 0) throw emptyArchive(file);
  const names = members.slice(0, 5).map(({ name }) => baseName(name));
  throw new UserError(
    'archive_several',
    `"${file.name}" holds ${chosen.length} files: ${names.join(', ')}${chosen.length > 5 ? ' …' : ''}.`,
    'Say which of them is meant.',
    { file: file.name, count: chosen.length, names: names.join(', ') },
  );
}

/** By the name in the archive, or as it is shown. */
function membersNamed(members: readonly Member[], wanted: string): Member[] {
  const exact = members.filter(({ name }) => name === wanted);
  return (exact.length > 0 ? exact : members.filter(({ name }) => shownName(name) === wanted)).slice(0, 1);
}

function emptyArchive(file: FileSource): UserError {
  return new UserError('archive_empty', `There is no file in "${file.name}".`, 'Choose another archive, or make it again.', {
    file: file.name,
  });
}

/**
 * A file that can be read anywhere: itself, or all of what it unpacks to.
 * @throws UserError `packed_too_large_for_memory`
 */
export async function seekable(file: FileSource): Promise<FileSource> {
  if (!file.packed) return file;
  const blocks: Uint8Array[] = [];
  let size = 0;
  for await (const block of file.stream()) {
    size += block.length;
    if (size > mostInMemory) throw tooLargeForMemory(file);
    blocks.push(block);
  }
  const bytes = joinedBytes(blocks.splice(0));
  const { name } = file;
  return {
    name,
    size,
    async *stream(start = 0, end = size) {
      yield bytes.subarray(start, end);
    },
  };
}

function tooLargeForMemory(file: FileSource): UserError {
  const gigabytes = mostInMemory / (1 << 30);
  return new UserError(
    'packed_too_large_for_memory',
    `"${file.name}" is a file that has to be read here and there, and unpacks to more than ${gigabytes} GB.`,
    'Unpack it yourself and choose what comes out.',
    { file: file.name, gigabytes },
  );
}
