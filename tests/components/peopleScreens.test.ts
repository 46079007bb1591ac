import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { traits } from '../../src/lib/state/traits.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import ChosenActions from '../../src/lib/ui/customers/ChosenActions.svelte';
import SegmentEditor from '../../src/lib/ui/segments/SegmentEditor.svelte';
import CohortsTab from '../../src/lib/ui/segmentations/CohortsTab.svelte';
import LifeCycleTab from '../../src/lib/ui/segmentations/LifeCycleTab.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

// The shop is opened once for all of them.
beforeAll(async () => {
  await wipeWorkspaces();
  locale.set('en');
  await workbench.openSample(() => 'sample');
  traits.refresh();
}, 120_000);
afterAll(wipeWorkspaces);

const figure = (text: string) => Number(text.replace(/[^\d.]/g, ''));

it('everybody is in one stage of life, a stage becomes a segment, and another limit moves them', async () => {
  const onmake = vi.fn();
  const { container } = render(LifeCycleTab, { onmake, onkeep: () => {} });
  const row = (stage: string) => page.getByRole('row', { name: new RegExp(`^${stage} .*Make a segment`) });
  await expect.element(row('Lapsed'), { timeout: 60_000 }).toBeVisible();
  const countOf = (stage: string) => figure(row(stage).getByRole('cell').nth(1).element().textContent ?? '');
  const stages = ['Prospect', 'New', 'Active', 'Loyal', 'Slipping', 'Lapsed', 'Won back'];
  expect(stages.reduce((sum, stage) => sum + countOf(stage), 0)).toBe(20_000);
  await expectAccessible(container);
  const before = countOf('Lapsed');
  await page.getByLabelText('Lapsed after').fill('20');
  await userEvent.keyboard('{Tab}');
  await expect.poll(() => countOf('Lapsed'), { timeout: 60_000 }).toBeLessThan(before);
  await row('Lapsed').getByRole('button').click();
  const [name, rule, needed] = onmake.mock.calls[0];
  expect(name).toBe('Lapsed');
  workbench.edit((plan) => ({ ...plan, traits: needed }));
  await workbench.history.flush();
  expect((await workbench.call('segmentCount', { rule })).count).toBe(countOf('Lapsed'));
}, 120_000);

it('a cell of the cohorts becomes a segment of as many as it says', async () => {
  const onmake = vi.fn();
  const { container } = render(CohortsTab, { onmake });
  await expect.poll(() => container.querySelector('[data-row="0"][data-column="1"]'), { timeout: 60_000 }).not.toBeNull();
  container.querySelector<HTMLElement>('[data-row="0"][data-column="1"]')!.click();
  await expect.element(page.getByRole('button', { name: 'Make a segment', exact: true })).toBeVisible();
  const said = [...container.querySelectorAll('span:not(.visually-hidden)')]
    .map((each) => each.textContent)
    .find((text) => /: [\d,]+ customers \(/.test(text))!;
  await page.getByRole('button', { name: 'Make a segment', exact: true }).click();
  const count = figure(/: ([\d,]+) customers/.exec(said)![1]);
  expect((await workbench.call('segmentCount', { rule: onmake.mock.calls[0][1] })).count).toBe(count);
  await expectAccessible(container);
}, 120_000);

it('whom a condition inside a group removes is shown, too', async () => {
  const inner = {
    all: [
      { trait: 'orders', atLeast: 1 },
      { trait: 'revenue', atLeast: 500 },
    ],
  };
  workbench.edit((plan) => ({ ...plan, segments: [{ id: 'deep', name: 'Deep', rule: { any: [{ trait: 'views', atLeast: 50 }, inner] } }] })); // prettier-ignore
  await workbench.history.flush();
  const onview = vi.fn();
  const props = { segment: workbench.plan!.segments[0], links: { members: '?segment=deep', audience: '' }, onview };
  const { rerender } = render(SegmentEditor, { ...props, onduplicate: () => {}, ondelete: () => {} });
  const removed = page.getByRole('button', { name: /removed here: show who/ });
  await expect.poll(() => removed.elements().length, { timeout: 60_000 }).toBe(2);
  const count = figure(removed.elements()[1].textContent ?? '');
  await removed.nth(1).click();
  expect(onview).toHaveBeenCalledWith('who');
  await rerender({ view: 'who' });
  await expect.element(page.getByRole('combobox', { name: /Removed inside its group by: Revenue/ }), { timeout: 60_000 }).toBeVisible();
  await expect.element(page.getByText(`of ${count.toLocaleString('en')},`), { timeout: 60_000 }).toBeVisible();
}, 120_000);

it('customers that were chosen are tagged, all but a few of a table too, in one step to undo', async () => {
  const { rows } = await workbench.call('profilesPage', { offset: 0, limit: 3 });
  const ids = rows.map(([id]) => String(id));
  const onsegment = vi.fn();
  const { rerender } = render(ChosenActions, { count: 2, whom: { ids: ids.slice(0, 2) }, onsegment });
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabelText('Name of the tag').fill('Picked');
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await expect.poll(() => workbench.plan!.tags?.[0]?.given[0].people).toBe(ids.slice(0, 2).join('\n'));
  workbench.history.undo();
  expect(workbench.plan!.tags ?? []).toEqual([]);

  const { count } = await workbench.call('peopleIds', { search: 'C000' });
  await rerender({ count: count - 1, whom: { search: 'C000', but: [ids[0]] } });
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabelText('Name of the tag').fill('All but one');
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  const given = () => workbench.plan!.tags?.[0]?.given[0].people.split('\n') ?? [];
  await expect.poll(() => given().length, { timeout: 30_000 }).toBe(count - 1);
  expect(given()).not.toContain(ids[0]);

  await page.getByRole('button', { name: 'Make a segment' }).click();
  await expect.poll(() => onsegment.mock.calls.length).toBe(1);
  const { rule } = workbench.plan!.segments.find(({ id }) => id === onsegment.mock.calls[0][0].id)!;
  await workbench.history.flush();
  expect((await workbench.call('segmentCount', { rule })).count).toBe(count - 1);
}, 120_000);
