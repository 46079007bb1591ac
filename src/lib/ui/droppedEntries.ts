/** Files that a system leaves in folders, and that nobody means. */
const isLeftover = (name: string) => name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini' || name === '__MACOSX';

/** Enough for years of daily exports; a home folder dropped by accident must not be listed whole. */
const mostFiles = 5000;

/** The folders and files of a drop where a folder is among them; null where there are files alone. Ask while the event is handled. */
export function droppedEntries(data: DataTransfer | null): FileSystemEntry[] | null {
  const entries = [...(data?.items ?? [])].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  return entries.some(({ isDirectory }) => isDirectory) ? entries : null;
}

/**
 * All files in dropped folders, by path; `onfound` is told how many there are so far.
 * @returns at most 5,000 of them
 */
export async function filesOf(entries: readonly FileSystemEntry[], onfound: (count: number) => void = () => {}): Promise<File[]> {
  const found: { path: string; file: File }[] = [];
  const waiting = [...entries];
  while (waiting.length > 0 && found.length < mostFiles) {
    const entry = waiting.pop()!;
    if (isLeftover(entry.name)) continue;
    if (entry.isDirectory) waiting.push(...(await childrenOf(entry as FileSystemDirectoryEntry)));
    else found.push({ path: entry.fullPath, file: await fileOf(entry as FileSystemFileEntry) });
    onfound(found.length);
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ file }) => file);
}

/** The files of a chosen folder without what a system left in it, by path. */
export function filesOfFolder(files: Iterable<File>): File[] {
  return [...files]
    .filter((file) => !pathOf(file).split('/').some(isLeftover))
    .toSorted((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1))
    .slice(0, mostFiles);
}

const pathOf = (file: File) => file.webkitRelativePath || file.name;

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  // Browsers hand out at most a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
