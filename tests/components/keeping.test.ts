import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { WorkspaceView } from '$lib/work/workspace';
import { Keeping, keeping } from '../../src/lib/state/keeping.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { toasts } from '../../src/lib/state/toasts.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import KeepingDialogs from '../../src/lib/ui/frame/KeepingDialogs.svelte';
import StorageNotice from '../../src/lib/ui/frame/StorageNotice.svelte';
import { workspaceItems } from '../../src/lib/ui/frame/workspaceItems';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

// The real worker and the real storage of this origin.
const wipe = async () => {
  localStorage.removeItem('muster:persist');
  await wipeWorkspaces();
};
beforeAll(wipe);
afterAll(async () => {
  for (const { id } of [...(workbench.saved ?? []), ...(keeping.deleted ?? [])]) await keeping.wipe({ id, name: '' });
});
beforeEach(() => {
  locale.set('en');
  toasts.shown = [];
  keeping.dialog = null;
});

const open = () => ({ id: workbench.view!.entry.id, name: workbench.plan!.name });
const names = () => workbench.saved!.map(({ name }) => name).sort();

describe('workspaces', () => {
  it('are renamed in a dialog by keyboard; the open one can be undone', async () => {
    await workbench.create('Tea', 'UTC', 'EUR');
    render(KeepingDialogs);
    keeping.dialog = { what: 'rename', workspace: open() };
    const box = page.getByRole('textbox', { name: 'Name' });
    await expect.element(box).toHaveValue('Tea');
    await expectAccessible();
    await box.fill(' ');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('A workspace needs a name.')).toBeVisible();
    await box.fill('春茶');
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(workbench.saved?.map(({ name }) => name)).toEqual(['春茶']));
    expect(keeping.dialog).toBeNull();
    workbench.history.undo();
    await workbench.history.flush();
    await workbench.list();
    expect([workbench.plan!.name, names()]).toEqual(['Tea', ['Tea']]);
  });

  it('are duplicated, deleted, brought back by the notice, and erased after a question', async () => {
    await keeping.duplicate(open());
    expect(names()).toEqual(['Tea', 'Tea copy']);
    const first = open();
    await keeping.remove(first);
    expect([workbench.view, names(), keeping.deleted!.map(({ name }) => name)]).toEqual([null, ['Tea copy'], ['Tea']]);
    // Nothing names it as the one to go on with.
    expect([localStorage.getItem('muster:last'), sessionStorage.getItem('muster:open')]).toEqual([null, null]);

    const { text, action } = toasts.shown.at(-1)!;
    expect([text, action!.label]).toEqual(['Tea deleted. It can be brought back for 7 days.', 'Undo']);
    action!.run();
    await vi.waitFor(() => expect(workbench.view?.entry.id).toBe(first.id));
    expect([names(), keeping.deleted]).toEqual([['Tea', 'Tea copy'], []]);

    const copy = workbench.saved!.find(({ name }) => name === 'Tea copy')!;
    await keeping.remove(copy);
    render(KeepingDialogs);
    keeping.dialog = { what: 'wipe', workspace: copy };
    await expect.element(page.getByRole('dialog', { name: 'Delete for good?' })).toBeVisible();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await vi.waitFor(() => expect(keeping.deleted).toEqual([]));
    expect(names()).toEqual(['Tea']);
  });

  it('go through a file', async () => {
    const download = vi.fn<(name: string, file: Blob) => void>();
    // A dialog of the browser's own cannot be answered here.
    vi.stubGlobal('showSaveFilePicker', undefined);
    await keeping.exportFile(open(), download);
    vi.unstubAllGlobals();
    const [name, file] = download.mock.calls[0];
    expect(name).toBe('Tea.muster');
    expect(await keeping.importFile(new File([file], name))).toBe(true);
    expect([workbench.plan!.name, names()]).toEqual(['Tea (2)', ['Tea', 'Tea (2)']]);
    expect(await keeping.importFile(new File(['no'], 'no.muster'))).toBe(false);
    expect(workbench.problem).toMatchObject({ code: 'workspace_file_other' });
    expect(workbench.plan!.name).toBe('Tea (2)');
    workbench.problem = null;
  });

  it('that are open in another tab can be copied and saved, not renamed or deleted', () => {
    const disabled = workspaceItems(open(), true).map(({ label, disabled }) => [label, disabled ?? false]);
    expect(disabled).toEqual([
      ['Rename', true],
      ['Duplicate', false],
      ['Save as a file', false],
      ['Delete', true],
    ]);
  });
});

describe('storage', () => {
  it.each(['en', 'zh'] as const)('is shown by what uses it, in %s', async (language) => {
    locale.set(language);
    render(KeepingDialogs);
    keeping.dialog = { what: 'storage' };
    const table = page.getByRole('table');
    await expect.element(table).toBeVisible();
    await expect.element(table.getByRole('rowheader', { name: 'Tea (2)' })).toBeVisible();
    await expect.element(page.getByText(language === 'zh' ? '空间占用明细' : 'What takes the space')).toBeVisible();
    await expectAccessible();
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(keeping.dialog).toBeNull());
  });

  it('says that what is open is not saved, and that there is little room left', async () => {
    const { view } = workbench;
    workbench.view = { ...view!, isUnsaved: true };
    const { container } = render(StorageNotice);
    await expect.element(page.getByRole('alert')).toHaveTextContent('“Tea (2)” is not saved');
    await expectAccessible(container);
    await page.getByRole('button', { name: 'Try to save again' }).click();
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();

    keeping.room = { quota: 1e9, usage: 0.95e9, persisted: false };
    await expect.element(page.getByRole('status')).toHaveTextContent('Storage is nearly full: 50 MB left.');
    await expectAccessible(container);
    keeping.room = null;
  });

  it('is asked to be kept once: when the first own data is imported and saved', async () => {
    const persist = vi.fn(async () => true);
    const storage = { persist, estimate: async () => ({ quota: 1e9, usage: 1 }), persisted: async () => persist.mock.calls.length > 0 };
    const own = new Keeping(workbench, storage);
    const { entry } = workbench.view!;
    const view = (over: Partial<WorkspaceView>): WorkspaceView => ({ ...workbench.view!, ...over });
    await own.see(view({ dataKey: null }));
    // The sample shop takes no room of its own, and what is not saved is not yet worth asking for.
    await own.see(view({ dataKey: 'shop', entry: { ...entry, bytes: 0 } }));
    await own.see(view({ dataKey: 'unsaved', entry: { ...entry, bytes: 9 }, isUnsaved: true }));
    expect(persist).not.toHaveBeenCalled();
    await own.see(view({ dataKey: 'k1', entry: { ...entry, bytes: 9 } }));
    await own.see(view({ dataKey: 'k2', entry: { ...entry, bytes: 99 } }));
    expect(persist).toHaveBeenCalledOnce();
    expect([own.room?.persisted, own.answer?.granted]).toEqual([true, true]);
    // Another visit remembers.
    const later = new Keeping(workbench, storage);
    await later.see(view({ dataKey: null }));
    await later.see(view({ dataKey: 'k1', entry: { ...entry, bytes: 9 } }));
    expect(persist).toHaveBeenCalledOnce();
  });
});
