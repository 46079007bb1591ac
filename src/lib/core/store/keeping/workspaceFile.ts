import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { Cancelled, UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { musterVersion } from '../../base/version';
import { toFileSource, type FileInput, type FileSource } from '../../schema/files';
import { joinedBytes } from '../../base/bytes';
import { readBytes } from '../../schema/formats/bytes';
import { membersOf, type Member } from '../../schema/formats/packing/zip';
import type { WorkspaceDocument, WorkspaceEntry } from '../snapshots';
import { mostZipBytes, StoredZipWriter } from './storedZip';

/**
 * A workspace as one file, `<name>.muster`: a zip without compression, so that any tool can look into it. It holds
 * `document.json` (plan, facts, reports), one file for each large part (Arrow streams of tables, npz of weights), and
 * last `muster-workspace.json`, which has the SHA-256 of all others.
 */
export const workspaceFileEnding = '.muster';

const member = z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const manifestSchema = z.object({
  format: z.literal('muster-workspace'),
  version: z.literal(1),
  /** The version of the app that wrote it. */
  app: z.string(),
  exportedAt: z.string(),
  workspace: z.object({
    name: z.string(),
    createdAt: z.string(),
    savedAt: z.string(),
    users: z.int().nonnegative(),
    events: z.int().nonnegative(),
  }),
  document: member,
  /** By the names that the document knows them by. */
  parts: z.array(member.extend({ name: z.string() })),
  /** Parts that could not be read any more when it was written. */
  missing: z.array(z.string()).default([]),
});
type Manifest = z.infer<typeof manifestSchema>;

const manifestPath = 'muster-workspace.json';
const documentPath = 'document.json';
const pieceBytes = 4 << 20;
const mostManifestBytes = 64 << 20;
/** A part is held whole while it is read; ours have some 60 MB, weights up to 256. */
const mostPartBytes = 1 << 30;

export interface WorkspaceContent {
  entry: WorkspaceEntry;
  document: WorkspaceDocument;
  /** One after the other, so that only one is held at a time; undefined for one that cannot be read any more. */
  parts: { name: string; read: () => Promise<Uint8Array | undefined> }[];
}

/**
 * The file's bytes in pieces.
 * @throws UserError `workspace_file_too_large`, and what reading a part throws; Cancelled
 */
export async function* writeWorkspaceFile(
  { entry, document, parts }: WorkspaceContent,
  exportedAt: string,
  run: RunContext,
): AsyncGenerator<Uint8Array, { missing: string[] }> {
  const zip = new StoredZipWriter();
  let written = 0;
  const store = async function* (path: string, bytes: Uint8Array) {
    const file = zip.begin(path);
    const hash = sha256.create();
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      hash.update(piece);
      yield* file.push(piece);
      written += piece.length;
      run.report({ stage: 'write', done: written, ...(entry.bytes >= written && { total: entry.bytes }), unit: 'bytes' });
      await run.breathe();
    }
    yield* file.end();
    return { path, bytes: bytes.length, sha256: bytesToHex(hash.digest()) };
  };

  const { name, createdAt, savedAt, users, events } = entry;
  const manifest: Manifest = {
    format: 'muster-workspace',
    version: 1,
    app: musterVersion,
    exportedAt,
    workspace: { name, createdAt, savedAt, users, events },
    document: yield* store(documentPath, new TextEncoder().encode(JSON.stringify(document))),
    parts: [],
    missing: [],
  };
  for (const [i, part] of parts.entries()) {
    const bytes = await part.read();
    if (bytes === undefined) {
      manifest.missing.push(part.name);
      continue;
    }
    if (written + bytes.length > mostZipBytes - mostManifestBytes) {
      throw new UserError(
        'workspace_file_too_large',
        `"${name}" has more than the 4 GB that one file can hold.`,
        'Take sources or models that are no longer needed out of it, and try again.',
        { name },
      );
    }
    const path = `parts/${String(i + 1).padStart(4, '0')}.${part.name.startsWith('table:') ? 'arrow' : 'npz'}`;
    manifest.parts.push({ name: part.name, ...(yield* store(path, bytes)) });
  }
  yield* store(manifestPath, new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
  yield* zip.end();
  return { missing: manifest.missing };
}

/** A workspace file that is open: nothing of it is in memory but the document. */
export interface OpenedWorkspaceFile {
  workspace: Manifest['workspace'];
  document: WorkspaceDocument;
  /** Names of the parts. */
  parts: string[];
  /** Names of parts that were lost before it was written. */
  missing: string[];
  /** Bytes of all parts. */
  bytes: number;
  /** @throws UserError `workspace_file_broken` where the bytes are not those that were written; Cancelled */
  read(name: string): Promise<Uint8Array>;
}

/**
 * Opens a file that {@link writeWorkspaceFile} wrote, also where somebody has packed the same files again.
 * @throws UserError `workspace_file_other`, `workspace_file_too_new`, `workspace_file_broken`; Cancelled
 */
export async function openWorkspaceFile(input: FileInput, run: RunContext): Promise<OpenedWorkspaceFile> {
  const file = toFileSource(input);
  const found = await membersOf(file).catch(() => undefined);
  if (!found) throw await notReadable(file);
  const members = new Map(found.map((each) => [each.name, each]));
  const read = (part: z.infer<typeof member>) => readMember(file, members.get(part.path), part, run);

  const manifest = await readManifest(file, members.get(manifestPath), run);
  const document = parse(await read(manifest.document));
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw broken(file.name, documentPath);
  const parts = new Map(manifest.parts.map((part) => [part.name, part]));
  if (parts.size < manifest.parts.length) throw broken(file.name, manifestPath);
  return {
    workspace: manifest.workspace,
    document: document as WorkspaceDocument,
    parts: [...parts.keys()],
    missing: manifest.missing,
    bytes: manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    read: (name) => read(parts.get(name)!),
  };
}

async function readManifest(file: FileSource, found: Member | undefined, run: RunContext): Promise<Manifest> {
  if (!found) throw other(file.name);
  const given = parse(await bytesOf(file, found, mostManifestBytes, () => run.breathe())) as Partial<Manifest> | undefined;
  if (given?.format !== 'muster-workspace') throw other(file.name);
  if (typeof given.version === 'number' && (given.version as number) > 1) {
    throw new UserError(
      'workspace_file_too_new',
      `${file.name} was written by a newer version of Muster (${String(given.app ?? '')}).`,
      'Reload the page to get the newer version, then open the file again.',
      { file: file.name, app: String(given.app ?? '') },
    );
  }
  const { success, data } = manifestSchema.safeParse(given);
  if (!success) throw broken(file.name, manifestPath);
  return data;
}

async function readMember(
  file: FileSource,
  found: Member | undefined,
  { path, bytes: size, sha256: expected }: z.infer<typeof member>,
  run: RunContext,
): Promise<Uint8Array> {
  if (!found || size > mostPartBytes) throw broken(file.name, path);
  const hash = sha256.create();
  const bytes = await bytesOf(file, found, size, (block) => (hash.update(block), run.breathe()));
  if (bytes.length !== size || bytesToHex(hash.digest()) !== expected) throw broken(file.name, path);
  return bytes;
}

/** A member's bytes, `most` of them: one that inflates to more is none of ours. */
async function bytesOf(file: FileSource, found: Member, most: number, onblock: (block: Uint8Array) => Promise<void>): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const block of found.open().stream()) {
      bytes += block.length;
      if (bytes > most) break;
      blocks.push(block);
      await onblock(block);
    }
  } catch (error) {
    throw error instanceof Cancelled ? error : broken(file.name, found.name);
  }
  if (bytes > most) throw broken(file.name, found.name);
  return joinedBytes(blocks);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** A zip that was cut off, or something else altogether. */
async function notReadable(file: FileSource): Promise<UserError> {
  const [first, second] = await readBytes(file, 0, 2);
  return first === 0x50 && second === 0x4b ? broken(file.name, 'zip') : other(file.name);
}

function other(file: string): UserError {
  return new UserError('workspace_file_other', `${file} is no workspace that Muster has saved.`, 'Choose a file that ends with .muster.', {
    file,
  });
}

export function broken(file: string, part: string): UserError {
  return new UserError(
    'workspace_file_broken',
    `${file} is not whole: ${part} is not as it was written.`,
    'Copy or download the file again. Nothing was changed here.',
    { file, part },
  );
}
