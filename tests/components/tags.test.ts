import { afterAll, beforeAll, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { tagOf } from '../../src/lib/core/profiles/tags/tag';
import { locale } from '../../src/lib/state/locale.svelte';
import { preferences } from '../../src/lib/state/preferences.svelte';
import { traits } from '../../src/lib/state/traits.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import SegmentEditor from '../../src/lib/ui/segments/SegmentEditor.svelte';
import CustomerTags from '../../src/lib/ui/customers/CustomerTags.svelte';
import TagsPanel from '../../src/lib/ui/tags/TagsPanel.svelte';
import TagPeopleDialog from '../../src/lib/ui/tags/TagPeopleDialog.svelte';
import TraitTable from '../../src/lib/ui/traits/TraitTable.svelte';
import { traitName } from '../../src/lib/ui/traitNames';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(async () => {
  await wipeWorkspaces();
  preferences.owner = '';
  locale.set('en');
  await workbench.openSample(() => 'sample');
}, 120_000);
afterAll(wipeWorkspaces);

it('a tag is given to a customer with a name, a note and a date, taken off, and both can be undone', async () => {
  const { rows } = await workbench.call('profilesPage', { offset: 0, limit: 2 });
  const userId = String(rows[0][0]);
  const { getByRole, getByText, getByLabelText, container } = render(CustomerTags, { userId, merged: [] });
  await getByRole('button', { name: 'Give a tag' }).click();
  await getByLabelText('Name of the tag').fill('大客户');
  await getByLabelText('Your name').fill('Mei');
  await getByLabelText('Note').fill('asked for a quote');
  await expectAccessible(container);
  await getByRole('button', { name: 'Give', exact: true }).click();
  await expect.element(getByText(/by Mei .* asked for a quote/)).toBeVisible();
  const [tag] = workbench.plan!.tags!;
  expect(tag).toMatchObject({ id: '大客户', name: '大客户', given: [{ people: userId, by: 'Mei', note: 'asked for a quote' }] });
  expect(tag.given[0].on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(preferences.owner).toBe('Mei');
  traits.refresh();
  await expect.poll(() => traits.get('tag:大客户')?.origin, { timeout: 60_000 }).toBe('tag');
  expect(traitName('tag:大客户')).toBe('大客户');
  expect((await workbench.call('segmentCount', { rule: { trait: 'tag:大客户', is: true } })).count).toBe(1);

  await getByRole('button', { name: 'Take off “大客户”' }).click();
  expect(workbench.plan!.tags![0].given).toEqual([]);
  workbench.history.undo();
  expect(workbench.plan!.tags).toEqual([tag]);
}, 120_000);

it('all customers of a table are tagged at once, with a label', async () => {
  const rule = { trait: 'orders', atLeast: 20 } as const;
  const { count } = await workbench.call('segmentCount', { rule });
  render(TagPeopleDialog, { count, whom: { rule }, onclose: () => {} });
  await page.getByRole('combobox', { name: /Which tag/ }).click();
  await page.getByRole('option', { name: 'A new one …' }).click();
  await page.getByLabelText('Name of the tag').fill('Care');
  await page.getByRole('radio', { name: 'One of several labels' }).click();
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await expect.element(page.getByRole('dialog').getByText('A label is needed.')).toBeVisible();
  await page.getByLabelText('Label', { exact: true }).fill('call first');
  // Remembered from the first time.
  await expect.element(page.getByLabelText('Your name')).toHaveValue('Mei');
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await expect.poll(() => workbench.plan!.tags!.length, { timeout: 30_000 }).toBe(2);
  await workbench.history.flush();
  expect((await workbench.call('segmentCount', { rule: { trait: 'tag:Care', is: 'call first' } })).count).toBe(count);
  const both = { all: [rule, { not: { trait: 'tag:Care', is: 'call first' } }] };
  expect((await workbench.call('segmentCount', { rule: both })).count).toBe(0);
}, 120_000);

it('the dictionary holds every tag, and a file of ids and labels becomes one', async () => {
  const { rows } = await workbench.call('profilesPage', { offset: 0, limit: 3 });
  const [first, second, third] = rows.map((row) => String(row[0]));
  workbench.edit((plan) => ({
    ...plan,
    traits: [{ id: 'band', name: 'Band', cases: { first: [{ value: 'many', when: [{ trait: 'orders', atLeast: 5 }] }] } }],
  }));
  const { container } = render(TagsPanel, { search: '' });
  traits.refresh();
  await expect.element(page.getByRole('row', { name: /Care.*by hand.*call first/ }), { timeout: 60_000 }).toBeVisible();
  await expect.element(page.getByRole('row', { name: /Band.*family, by rule/ })).toBeVisible();
  await expectAccessible(container);
  await page.getByRole('button', { name: 'Upload tags' }).click();
  await page.getByLabelText('Name of the tag').fill('Store');
  const file = new File([`user_id,store\n${first},上海\n${second},Berlin\nnobody,Berlin\n`], 'stores.csv');
  const input = document.querySelector<HTMLInputElement>('[role="dialog"] input[type="file"]')!;
  await userEvent.upload(input, file);
  await expect.element(page.getByText(/3 customers in it\..*2 labels: Berlin 2 · 上海 1/)).toBeVisible();
  await expectAccessible(document.querySelector('[role="dialog"]')!);
  await page.getByRole('button', { name: 'Save the tag' }).click();
  const store = () => workbench.plan!.tags!.find(({ id }) => id === 'Store')!;
  expect(store()).toMatchObject({ kind: 'label', given: [{ from: 'stores.csv', by: 'Mei' }] });
  traits.refresh();
  await expect.element(page.getByRole('row', { name: /Store.*from a file.*Berlin 1 · 上海 1/ }), { timeout: 60_000 }).toBeVisible();

  // Again, with others: besides, and who is in both gets the new label.
  await page.getByRole('button', { name: 'Edit the tag “Store”' }).click();
  await expect.element(page.getByText('3 ids, 2 customers.')).toBeVisible();
  await page.getByText('1 id is not in the data').click();
  await expect.element(page.getByText('nobody', { exact: true })).toBeVisible();
  await page.getByLabelText(/Or paste ids/).fill(`${second},上海\n${third},上海`);
  await page.getByRole('radio', { name: 'Besides those who have it' }).click();
  await page.getByRole('button', { name: 'Save the tag' }).click();
  expect([first, second, third, 'nobody'].map((id) => tagOf(store(), [id])?.label)).toEqual(['上海', '上海', '上海', 'Berlin']);
  locale.set('zh');
  await expect.element(page.getByText('标签组（规则）')).toBeVisible();
  locale.set('en');
}, 120_000);

it('a rule has its versions: what changed, who comes and goes, and the way back', async () => {
  const rule = (atLeast: number) => ({ all: [{ trait: 'orders', atLeast }, ...(atLeast > 5 ? [{ trait: 'views', atLeast: 1 }] : [])] });
  workbench.edit((plan) => ({ ...plan, segments: [{ id: 'many', name: 'Many', rule: rule(5) }] }));
  await workbench.history.flush();
  workbench.edit((plan) => ({ ...plan, segments: [{ id: 'many', name: 'Many', rule: rule(8) }] }));
  await workbench.history.flush();
  const [segment] = workbench.plan!.segments;
  const links = { members: '?segment=many', audience: '' };
  const props = { segment, links, view: 'versions', onduplicate: () => {}, ondelete: () => {} };
  const { container } = render(SegmentEditor, props);
  const changed = page.getByRole('row', { name: /changed.*5.*→.*8/ });
  await expect.element(changed, { timeout: 60_000 }).toBeVisible();
  await expect.element(page.getByRole('row', { name: /^added/ })).toBeVisible();
  const [before, after] = [rule(5), rule(8)];
  const { entered, left } = await workbench.call('rulesCompare', { before, after });
  expect([entered, left > 0]).toEqual([0, true]);
  await expect.element(page.getByText(left.toLocaleString('en')).first(), { timeout: 60_000 }).toBeVisible();
  await page.getByRole('radio', { name: 'YAML' }).click();
  await expect.element(page.getByText(/trait: views/).first()).toBeVisible();
  await expectAccessible(container);
  await page.getByRole('button', { name: /^Restore the version of/ }).click();
  expect(workbench.plan!.segments[0].rule).toEqual(rule(5));
  workbench.history.undo();
  expect(workbench.plan!.segments[0].rule).toEqual(rule(8));
}, 120_000);

it('the dictionary says of every trait where it comes from, how fresh it is, and an example, and is searched by all of it', async () => {
  traits.refresh();
  const { container, rerender } = render(TraitTable, { search: '', customerHref: (id: string) => `?customer=${id}` });
  const orders = page.getByRole('row', { name: /^Orders orders / });
  await expect.element(orders, { timeout: 60_000 }).toHaveTextContent(/Events: Ordered.*rows.*last event .*2026/);
  await expect.element(orders.getByRole('link')).toBeVisible();
  await expect.element(page.getByRole('row', { name: /^Care / })).toHaveTextContent(/last given .*call first/);
  await expectAccessible(container);
  const count = page.getByRole('row').elements().length;
  await rerender({ search: 'refund' });
  await expect.poll(() => page.getByRole('row').elements().length).toBeLessThan(count);
  await expect.element(page.getByRole('row', { name: /^Revenue / })).toBeVisible();
  locale.set('zh');
  await rerender({ search: '最近打标' });
  await expect.element(page.getByRole('row', { name: /^Care / })).toBeVisible();
  locale.set('en');
}, 120_000);
