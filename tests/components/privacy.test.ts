import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { RunEnd } from '../../src/lib/state/jobs.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { RefreshAll, refreshSteps } from '../../src/lib/state/refreshAll.svelte';
import { staleWork } from '../../src/lib/state/staleWork';
import { workbench } from '../../src/lib/state/workbench.svelte';
import PersonalValue from '../../src/lib/ui/customers/PersonalValue.svelte';
import EraseDialog from '../../src/lib/ui/data/privacy/EraseDialog.svelte';
import PrivacyPanel from '../../src/lib/ui/data/privacy/PrivacyPanel.svelte';
import SensitiveQuestions from '../../src/lib/ui/exports/SensitiveQuestions.svelte';
import { sensitiveAudiences } from '../../src/lib/ui/exports/sensitiveAudiences';
import TraitForm from '../../src/lib/ui/traits/TraitForm.svelte';
import StaleNotice from '../../src/lib/ui/refresh/StaleNotice.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

const orders = (month: string) =>
  [
    'user_id,item_id,event,timestamp,price,quantity,order_id',
    ...Array.from(
      { length: 40 },
      (_, i) =>
        `m${i % 8},tea-${i % 5},order_completed,2026-${month}-${String(1 + (i % 27)).padStart(2, '0')} 10:00:00,9.00,1,o${month}-${i}`,
    ),
  ].join('\n');
const members = [
  'user_id,email,phone,民族,bmi,city,accepts_marketing',
  ...Array.from(
    { length: 8 },
    (_, i) => `m${i},m${i}@example.com,1380013800${i},${i % 2 ? '汉族' : '回族'},2${i},上海,${['yes', 'no', ''][i % 3]}`,
  ),
].join('\n');
async function add(name: string, text: string, keep?: string[]): Promise<void> {
  const file = new File([`${text}\n`], `${name}.csv`);
  const { mapping } = await workbench.call('sourceInspect', { file });
  const { view } = await workbench.call('sourceImport', {
    file,
    sourceId: name,
    mapping: { ...mapping, ...(keep && { keep }) },
    mode: 'add',
  });
  workbench.show(view);
}

/** The bench with its worker, as the page has it. */
beforeAll(async () => {
  await wipeWorkspaces();
  await loadCatalogue();
  await workbench.create('Tea', 'Asia/Shanghai', 'CNY');
  await add('january', orders('01'));
  await add('members', members, ['民族', 'bmi', 'city']);
});
afterAll(wipeWorkspaces);
beforeEach(() => locale.set('en'));

it('says of every customer column what it contains and why, and lets a person decide', async () => {
  const screen = render(PrivacyPanel);
  const row = (name: RegExp) => screen.getByRole('table', { name: 'Customer columns' }).getByRole('row', { name });
  await expect.element(row(/^E-mail (?!consent)/)).toHaveTextContent('The column’s name says e-mail addresses.');
  await expect.element(row(/民族/)).toHaveTextContent('As recognised: Sensitive');
  await expect.element(row(/City/i)).toHaveTextContent('May be used');
  // Nobody has a country here.
  await expect.element(row(/^Country/)).not.toBeInTheDocument();
  // Three agreed, three refused, two said nothing.
  await expect.element(screen.getByRole('table', { name: 'Consent by channel' })).toHaveTextContent(/E-mail ?3 ?3 ?2/);
  await expectAccessible(screen.container);

  await row(/民族/).getByRole('checkbox').click();
  expect(workbench.plan?.privacy).toEqual({ allowFeatures: ['民族'] });
  await row(/City/i).getByRole('combobox').click();
  await page.getByRole('option', { name: 'Sensitive', exact: true }).click();
  expect(workbench.plan?.privacy?.columns).toEqual({ city: 'sensitive' });
  await expect.element(row(/City/i)).toHaveTextContent('You chose it.');
  await row(/City/i).getByRole('combobox').click();
  await page.getByRole('option', { name: /^As recognised/ }).click();
  await row(/民族/).getByRole('checkbox').click();
  expect(workbench.plan?.privacy).toBeUndefined();
});

it('says under a trait’s own switch that models will not use it, with the class and the reason', async () => {
  const formula = { id: 'half', name: 'Half', formula: 'bmi / 2', kind: 'number' as const };
  const form = render(TraitForm, { trait: formula, privacyHref: '/data/?tab=columns', onsave: () => {}, oncancel: () => {} });
  await expect.element(form.getByText('How customers are spread').first(), { timeout: 30_000 }).toBeVisible();
  const note = form.getByText('Models will not use it, because it is made of what says something about a person:');
  await expect.element(note).not.toBeInTheDocument();
  await form.getByRole('checkbox').click();
  await expect.element(note).toBeVisible();
  await expect.element(form.getByRole('listitem')).toHaveTextContent('bmi (Sensitive). The column’s name says health.');
  await expect
    .element(form.getByRole('link', { name: /Columns & privacy/ }))
    .toHaveAttribute('href', expect.stringContaining('tab=columns'));
  await expectAccessible(form.container);
});

it('asks once, in a sentence, before an audience that is chosen by something sensitive is exported', async () => {
  const before = workbench.plan!;
  workbench.edit((plan) => ({
    ...plan,
    segments: [{ id: 'han', rule: { all: [{ trait: '民族', oneOf: ['汉族'] }] } } as (typeof plan)['segments'][number]],
    audiences: [{ id: 'han-mail', name: 'Spring', from: 'han', columns: [] }],
    exports: [{ audience: 'han-mail', destination: 'csv' }],
  }));
  const known = [{ id: '民族', class: 'sensitive' as const }];
  const screen = render(SensitiveQuestions, { audiences: sensitiveAudiences(workbench.plan!, known) });
  const question = screen.getByRole('group', { name: 'Sensitive choice of “Spring”' });
  await expect.element(question).toHaveTextContent('“Spring” is chosen by 民族, which is sensitive');
  await expectAccessible(screen.container);
  await question.getByRole('button', { name: 'It is allowed' }).click();
  expect(workbench.plan!.audiences[0].sensitive).toEqual(['民族']);
  await screen.rerender({ audiences: sensitiveAudiences(workbench.plan!, known) });
  await expect.element(question).not.toBeInTheDocument();
  workbench.edit(() => before);
});

it('hides contact data until it is asked for, and erases a person once their id was typed', async () => {
  const value = render(PersonalValue, { name: 'E-mail', text: 'm3@example.com' });
  expect(value.container.textContent).not.toContain('m3@example.com');
  await value.getByRole('button', { name: 'Show E-mail' }).click();
  await expect.element(value.getByText('m3@example.com')).toBeVisible();

  const copy = await workbench.call('workspaceDuplicate', { id: workbench.view!.entry.id, name: 'Tea, spring' });
  const [onclose, onerased] = [vi.fn(), vi.fn()];
  render(EraseDialog, { userId: 'm3', onclose, onerased });
  const dialog = page.getByRole('dialog', { name: 'Erase m3 everywhere?' });
  await expect.element(dialog).toHaveTextContent('This cannot be undone.');
  // Where else they are is looked up; a copy is meant, too.
  await expect.element(dialog.getByRole('checkbox', { name: 'Tea, spring' }), { timeout: 20_000 }).toBeChecked();
  await expectAccessible();
  const confirm = dialog.getByRole('button', { name: 'Erase for good' });
  await expect.element(confirm).toBeDisabled();
  await userEvent.fill(dialog.getByRole('textbox'), 'm4');
  await expect.element(confirm).toBeDisabled();
  await userEvent.fill(dialog.getByRole('textbox'), 'm3');
  await confirm.click();
  await expect.poll(() => onerased.mock.calls.length, { timeout: 60_000 }).toBe(1);
  expect((await workbench.call('workspaceList', undefined)).find(({ id }) => id === copy.id)).toMatchObject({ users: 7 });
  expect(workbench.view).toMatchObject({ facts: { users: 7 }, erasures: [{ rows: { events: 5, stated: 3 } }] });

  const record = render(PrivacyPanel);
  await expect.element(record.getByRole('button', { name: 'Download the record' })).toBeVisible();
});

it('says what was made from earlier data, and makes all of it again with one button', async () => {
  const model = { id: 'soon', kind: 'prediction' as const, task: 'clv-inputs', target: { event: 'order_completed' }, options: {} };
  workbench.edit((plan) => ({
    ...plan,
    models: [model],
    audiences: [{ id: 'all', from: 'everyone', columns: [] }],
    exports: [{ audience: 'all', destination: 'csv' }],
  }));
  await workbench.history.flush();
  const report = await workbench.call('predictionTrain', { model });
  const { made } = await workbench.call('exportsRun', undefined);
  workbench.show({ ...workbench.view!, predictionReports: [report], exportsMade: made });
  const screen = render(StaleNotice);
  expect(screen.container.textContent).toBe('');

  await add('february', orders('02'));
  await expect.element(screen.getByText('Predictions: soon')).toBeVisible();
  await expect.element(screen.getByText(/^The files made on/)).toBeVisible();
  await expectAccessible(screen.container);
  await screen.getByRole('button', { name: 'Refresh everything' }).click();
  await expect.element(screen.getByRole('status'), { timeout: 30_000 }).toHaveTextContent('2 of 2 renewed');
  expect(workbench.view!.predictionReports[0].protocol.dataHash).toBe(workbench.view!.facts!.dataHash);
  expect(workbench.view!.exportsMade!.dataHash).toBe(workbench.view!.facts!.dataHash);
  await screen.getByRole('button', { name: 'Close' }).click();
  expect(screen.container.textContent).toBe('');
});

it('stops where one of them is cancelled, goes on where one fails, and leaves files out unless they are wanted', async () => {
  const model = (id: string) => ({ id, kind: 'prediction' as const, task: 'propensity', options: {} });
  const work = { ...staleWork(null, { split: { kind: 'random', testShare: 0.2 }, cutoffs: [] }), exports: true };
  work.predictions = [model('a'), model('b'), model('c')].map((each) => ({ model: each, reasons: ['data' as const] }));
  expect(refreshSteps(work, false).map(({ kind }) => kind)).toEqual(['prediction', 'prediction', 'prediction']);
  const ends: RunEnd[] = ['failed', 'cancelled'];
  const asked: string[] = [];
  const prediction = ({ id }: { id: string }) => (asked.push(id), Promise.resolve(ends.shift()!));
  const refresh = new RefreshAll({ prediction, comparison: () => Promise.reject(), exports: () => Promise.reject() }, () => 'tea');
  await refresh.start(refreshSteps(work, true));
  expect(asked).toEqual(['a', 'b']);
  expect(refresh.shown.map(({ state }) => state)).toEqual(['failed', 'cancelled', 'cancelled', 'cancelled']);
});
