import { expect, it } from 'vitest';
import { filesOf, filesOfFolder } from '../../src/lib/ui/droppedEntries';

/** What a drop gives, which no script can make: entries that call back, folders that hand out their children in parts. */
const fileEntry = (fullPath: string) => {
  const name = fullPath.split('/').at(-1)!;
  return { isDirectory: false, name, fullPath, file: (done: (file: File) => void) => done(new File(['a'], name)) };
};
function folderEntry(fullPath: string, children: object[]) {
  const name = fullPath.split('/').at(-1)!;
  const createReader = () => {
    const left = [...children];
    // Browsers hand out a hundred at a time; here two.
    return { readEntries: (done: (entries: object[]) => void) => done(left.splice(0, 2)) };
  };
  return { isDirectory: true, name, fullPath, createReader };
}

it('finds the files of dropped folders by path, without what a system left there', async () => {
  const months = ['03', '01', '02'].map((month) => fileEntry(`/export/2026/orders-${month}.csv`));
  const folder = folderEntry('/export', [
    folderEntry('/export/2026', [...months, fileEntry('/export/2026/.DS_Store')]),
    folderEntry('/export/__MACOSX', [fileEntry('/export/__MACOSX/orders-01.csv')]),
    fileEntry('/export/customers.csv'),
  ]);
  const counts: number[] = [];
  const files = await filesOf([folder] as unknown as FileSystemEntry[], (count) => counts.push(count));
  expect(files.map(({ name }) => name)).toEqual(['orders-01.csv', 'orders-02.csv', 'orders-03.csv', 'customers.csv']);
  expect(counts.at(-1)).toBe(4);
});

it('does the same for a chosen folder', () => {
  const chosen = (path: string) => Object.defineProperty(new File(['a'], path.split('/').at(-1)!), 'webkitRelativePath', { value: path });
  const files = filesOfFolder(['x/b.csv', 'x/a.csv', 'x/.git/config', 'x/Thumbs.db'].map(chosen));
  expect(files.map(({ name }) => name)).toEqual(['a.csv', 'b.csv']);
});
