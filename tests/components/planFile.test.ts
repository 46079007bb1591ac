import { deleteDB } from 'idb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { planVersion } from '../../src/lib/core/plan/version';
import { importDraft as draft } from '../../src/lib/state/importDraft.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { toasts } from '../../src/lib/state/toasts.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';

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
