import type { FileEntry } from '@zip.js/zip.js';
import { UserError } from '../../../base/errors';
import { fileReadError } from '../../csv/fileErrors';
import type { FileSource } from '../../files';
import { readBytes } from '../bytes';
import { inflatedSource, packedBroken } from './inflate';
import { isBesideFiles, shownName } from './names';

/** A file in an archive. */
export interface Member {
  /** As the archive writes it: it finds the member and is shown, and is never a path of this machine. */
  name: string;
  packedBytes: number;
  /** As the archive says. */
  inflatedBytes: number;
  /** Opens it; its bytes are inflated while they are read. @throws UserError `archive_encrypted` */
  open(): FileSource;
}

/** Archives with more entries than this are no export of tables. */
const mostMembers = 10_000;

/**
 * What is in a zip archive, without folders and what systems put beside the files.
 * @throws UserError `packed_broken`, `archive_too_many`, `file_…`
 */
export async function membersOf(file: FileSource): Promise<Member[]> {
  const { ZipReader, Reader, configure } = await import('@zip.js/zip.js/lib/zip-core-external.js');
  // Its own workers would be started from text, which the page's policy and Node have no use for.
  configure({ useWebWorkers: false, useCompressionStream: true });
  class SourceReader extends Reader<FileSource> {
    override size = file.size;
    override readUint8Array(index: number, length: number): Promise<Uint8Array> {
      return readBytes(file, index, Math.min(file.size, index + length));
    }
  }
  const reader = new ZipReader(new SourceReader(file), { checkSignature: true, filenameValidation: 'tolerant' });
  const members: Member[] = [];
  // Names are only shown and compared, so that none of them is a danger.
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (members.length > mostMembers) throw tooManyMembers(file);
      if (!entry.directory && !isBesideFiles(entry.filename)) members.push(memberOf(file, entry));
    }
  } catch (error) {
    const known = fileReadError(error, file);
    throw known instanceof UserError ? known : packedBroken(file.name, 'zip');
  }
  return members;
}

function memberOf(file: FileSource, entry: FileEntry): Member {
  const { filename, compressedSize, uncompressedSize } = entry;
  return {
    name: filename,
    packedBytes: compressedSize,
    inflatedBytes: uncompressedSize,
    open() {
      if (entry.encrypted) throw encrypted(file, filename);
      const name = file.member === undefined ? `${file.name}/${shownName(filename)}` : file.name;
      return inflatedSource({ name, size: compressedSize, packing: 'zip' }, (tell) => entryBytes(entry, tell));
    },
  };
}

/** A member's bytes; its checksum is compared at the end. */
async function* entryBytes(entry: FileEntry, tell: (packedBytes: number) => void): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reader = readable.getReader();
  let failure: unknown;
  const inflating = entry.getData(writable, { onprogress: (done) => void tell(done) }).catch(async (error: unknown) => {
    failure ??= error;
    await writable.abort(error).catch(() => {});
  });
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      yield value;
    }
    await inflating;
  } catch (error) {
    throw failure ?? error;
  } finally {
    // Whoever stops early makes the rest fail, which is no failure.
    await reader.cancel().catch(() => {});
    await inflating;
  }
  if (failure) throw failure;
}

function encrypted(file: FileSource, member: string): UserError {
  const values = { file: file.name, member: shownName(member) };
  return new UserError(
    'archive_encrypted',
    `"${values.member}" in "${file.name}" is protected by a password.`,
    'Unpack the archive yourself and choose what comes out.',
    values,
  );
}

function tooManyMembers(file: FileSource): UserError {
  return new UserError(
    'archive_too_many',
    `"${file.name}" holds more than ${mostMembers} files.`,
    'Unpack it yourself and choose the files that matter.',
    { file: file.name, limit: mostMembers },
  );
}
