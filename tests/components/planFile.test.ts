import { deleteDB } from 'idb';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { planVersion } from '../../src/lib/core/plan/version';
import { droppedFiles } from '../../src/lib/state/droppedFiles.svelte';
import { importDraft as draft } from '../../src/lib/state/importDraft.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { toasts } from '../../src/lib/state/toasts.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import DropAnywhere from '../../src/lib/ui/frame/DropAnywhere.svelte';

const wipe = () => deleteDB('muster');
beforeAll(wipe);
afterAll(wipe);
beforeEach(() => locale.set('en'));

it('a plan among chosen files comes into the workspace, in one step to undo, and the tables beside it are read', async () => {
  expect(await workbench.create('Tea', 'UTC', 'EUR')).toBe(true);
  const plan = new File(
    [
      `muster: ${planVersion}\nname: Coffee\nsources:\n  - { id: orders, files: [orders.csv] }\nsegments:\n  - { id: buyers, trait: orders, atLeast: 1 }\n`,
    ],
    'plan.yaml',
  );
  await draft.choose([plan]);
  expect(draft.step.at).toBe('choose');
  expect(workbench.plan!.name).toBe('Coffee');
  expect(workbench.plan!.segments.map(({ id }) => id)).toEqual(['buyers']);
  expect(toasts.shown.at(-1)?.text).toContain('orders.csv');
  workbench.history.undo();
  expect(workbench.plan!.segments).toEqual([]);

  await draft.choose([plan, new File(['user_id,event,time\nann,buy,2026-01-01\nbob,buy,2026-01-02\n'], 'orders.csv')]);
  await expect.poll(() => draft.step.at, { timeout: 60_000 }).toBe('columns');
  expect(workbench.plan!.segments.map(({ id }) => id)).toEqual(['buyers']);

  await draft.finish();
  await draft.choose([new File([`muster: ${planVersion}\nsegments: 5\n`], 'broken.yaml')]);
  expect(draft.step).toMatchObject({ at: 'refused', error: { code: 'plan_invalid' } });
});

it('a plan that is dropped on whatever screen is opened there, and tables go where they are read', async () => {
  const onwaiting = vi.fn();
  const { getByText } = render(DropAnywhere, { onwaiting });
  const drop = (...files: File[]) => {
    const dataTransfer = new DataTransfer();
    for (const file of files) dataTransfer.items.add(file);
    const event = (name: string) => new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event('dragenter'));
    return () => document.body.dispatchEvent(event('drop'));
  };
  const segments = () => workbench.plan!.segments.map(({ id }) => id);
  const letGo = drop(
    new File([`muster: ${planVersion}\nname: More\nsegments:\n  - { id: more, trait: orders, atLeast: 5 }\n`], 'more.yaml'),
  );
  await expect.element(getByText('Drop a plan to open it here')).toBeVisible();
  letGo();
  await expect.poll(segments).toContain('more');
  expect(getByText('Drop a plan to open it here').elements()).toEqual([]);
  workbench.history.undo();
  expect(segments()).not.toContain('more');

  drop(new File([`muster: ${planVersion}\nsegments: 5\n`], 'broken.yaml'))();
  await expect.poll(() => workbench.problem).toMatchObject({ code: 'plan_invalid' });
  workbench.problem = null;
  expect(onwaiting).not.toHaveBeenCalled();

  const table = new File(['user_id,event,time\nann,buy,2026-01-01\n'], 'orders.csv');
  drop(table)();
  await expect.poll(() => onwaiting.mock.calls.length).toBe(1);
  expect(droppedFiles.take()).toEqual([table]);
});
