import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { musterVersion } from '../../base/version';
import type { WorkspaceDocument, WorkspaceEntry } from '../snapshots';
import { mostZipBytes, readStoredZip, StoredZipWriter, type ZipMember } from './storedZip';

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

/** @throws UserError `workspace_file_other`, `workspace_file_too_new`, `workspace_file_broken`; Cancelled */
export async function openWorkspaceFile(file: Blob & { name: string }, run: RunContext): Promise<OpenedWorkspaceFile> {
  const members = await readStoredZip(file);
  if (!members) throw await notReadable(file);
  const read = (part: z.infer<typeof member>) => readMember(file, members.get(part.path), part, run);

  const manifest = await readManifest(file, members);
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

async function readManifest(file: Blob & { name: string }, members: Map<string, ZipMember>): Promise<Manifest> {
  const place = members.get(manifestPath);
  if (!place || place.bytes > mostManifestBytes) throw other(file.name);
  const { start, bytes } = place;
  const given = parse(new Uint8Array(await file.slice(start, start + bytes).arrayBuffer())) as Partial<Manifest> | undefined;
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
  file: Blob & { name: string },
  place: ZipMember | undefined,
  { path, bytes: size, sha256: expected }: z.infer<typeof member>,
  run: RunContext,
): Promise<Uint8Array> {
  if (place?.bytes !== size) throw broken(file.name, path);
  const bytes = new Uint8Array(await file.slice(place.start, place.start + size).arrayBuffer());
  const hash = sha256.create();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    hash.update(bytes.subarray(at, at + pieceBytes));
    await run.breathe();
  }
  if (bytesToHex(hash.digest()) !== expected) throw broken(file.name, path);
  return bytes;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** A zip that was cut off, or something else altogether. */
async function notReadable(file: Blob & { name: string }): Promise<UserError> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
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
