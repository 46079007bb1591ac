import { Cancelled, UserError } from '$lib/core/base/errors';

/** Browsers with the File System Access API write into a folder of the person's; the others only download. */
export const canSaveFolder = (): boolean => 'showDirectoryPicker' in globalThis;

/** Asks where to; call it in the click. @returns null where the person thought better of it */
export async function chooseFolder(): Promise<FileSystemDirectoryHandle | null> {
  const picker = globalThis as unknown as {
    showDirectoryPicker(options: { id: string; mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
  };
  try {
    return await picker.showDirectoryPicker({ id: 'muster-files', mode: 'readwrite' });
  } catch (error) {
    if (isNamed(error, 'AbortError')) return null;
    throw error;
  }
}

/**
 * Streams files, in their order, into a new folder inside `parent`; each shows with its content when it is whole. Of what
 * fails or is cancelled nothing stays.
 * @param name of the folder; numbered where there is one of that name
 * @param report bytes written so far
 * @returns the folder's name
 * @throws Cancelled, UserError `folder_failed`
 */
export async function saveFolder(
  parent: FileSystemDirectoryHandle,
  name: string,
  files: readonly { name: string; content: Blob }[],
  signal: AbortSignal,
  report: (bytes: number) => void = () => {},
): Promise<string> {
  let own: string | undefined;
  try {
    own = await freeName(parent, name);
    const folder = await parent.getDirectoryHandle(own, { create: true });
    let done = 0;
    for (const file of files) {
      const target = await (await folder.getFileHandle(file.name, { create: true })).createWritable();
      const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(piece, controller) {
          report((done += piece.length));
          controller.enqueue(piece);
        },
      });
      // Closes the file at its end, and drops what was written where it fails.
      await file.content.stream().pipeThrough(counted, { signal }).pipeTo(target, { signal });
    }
    return own;
  } catch (error) {
    if (own !== undefined) await parent.removeEntry(own, { recursive: true }).catch(() => undefined);
    if (signal.aborted) throw new Cancelled();
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'folder_failed',
      `The files could not be written into the folder: ${reason}.`,
      'Nothing was left there. Make room or choose another folder, or download the zip.',
      { reason },
    );
  }
}

async function freeName(parent: FileSystemDirectoryHandle, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const tried = number === 1 ? name : `${name}-${number}`;
    try {
      await parent.getDirectoryHandle(tried);
    } catch (error) {
      if (isNamed(error, 'NotFoundError')) return tried;
      // A file of that name is in the way.
      if (!isNamed(error, 'TypeMismatchError')) throw error;
    }
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}
