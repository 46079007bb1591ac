import { afterEach, expect, it, vi } from 'vitest';
import { chooseFolder, saveFolder } from '$lib/ui/saveFolder';

const root = () => navigator.storage.getDirectory();
const inside = async (name: string) => (await root()).getDirectoryHandle(name);
const file = (name: string, content: BlobPart) => ({ name, content: new Blob([content]) });

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
  return names.sort();
}

const sha256 = async (bytes: ArrayBuffer) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).join();

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const name of await namesIn(await root())) await (await root()).removeEntry(name, { recursive: true });
});

it('writes the very bytes into a folder of its own, and numbers a second one', async () => {
  const large = new Uint8Array(5 << 20).map((_, i) => i % 251);
  const reported: number[] = [];
  const files = [file('春季.csv', 'user\nAnn\n'), file('part-2.csv', large), file('manifest.json', '{}')];
  expect(await saveFolder(await root(), 'spring', files, new AbortController().signal, (done) => reported.push(done))).toBe('spring');
  expect(await namesIn(await inside('spring'))).toEqual(['manifest.json', 'part-2.csv', '春季.csv']);
  const written = await (await (await inside('spring')).getFileHandle('part-2.csv')).getFile();
  expect(await sha256(await written.arrayBuffer())).toBe(await sha256(large.buffer));
  expect(reported.at(-1)).toBe(files.reduce((sum, { content }) => sum + content.size, 0));
  expect(await saveFolder(await root(), 'spring', files, new AbortController().signal)).toBe('spring-2');
});

it('leaves nothing where it is cancelled in the middle', async () => {
  const stop = new AbortController();
  const files = [file('one.csv', 'whole'), file('two.csv', new Uint8Array(40 << 20))];
  const saving = saveFolder(await root(), 'spring', files, stop.signal, (done) => done > 1e6 && stop.abort());
  await expect(saving).rejects.toMatchObject({ name: 'Cancelled' });
  expect(await namesIn(await root())).toEqual([]);
});

it('says in a sentence what failed, and leaves nothing', async () => {
  const broken = new Blob(['x']);
  broken.stream = () => new ReadableStream({ pull: (controller) => controller.error(new Error('disk full')) });
  const files = [file('one.csv', 'whole'), { name: 'two.csv', content: broken }];
  const saving = saveFolder(await root(), 'spring', files, new AbortController().signal);
  await expect(saving).rejects.toMatchObject({ code: 'folder_failed', values: { reason: 'disk full' } });
  expect(await namesIn(await root())).toEqual([]);
});

it('takes no for an answer', async () => {
  vi.stubGlobal('showDirectoryPicker', () => Promise.reject(new DOMException('The user aborted a request.', 'AbortError')));
  expect(await chooseFolder()).toBeNull();
});
