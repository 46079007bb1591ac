import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { traits } from '../../src/lib/state/traits.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import AudienceEditor from '../../src/lib/ui/audiences/AudienceEditor.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

beforeAll(async () => {
  await wipeWorkspaces();
  locale.set('en');
  await workbench.openSample(() => 'sample');
  traits.refresh();
}, 120_000);
afterAll(wipeWorkspaces);
beforeEach(() =>
  workbench.edit((plan) => ({
    ...plan,
    segments: [
      { id: 'best', rule: { trait: 'revenue', atLeast: 1000 } },
      { id: 'recent', rule: { trait: 'daysSinceLastOrder', atMost: 14 } },
    ],
    audiences: [
      { id: 'letter', name: 'Letter', from: { all: ['best', { not: 'recent' }] }, columns: [] },
      { id: 'call', name: 'Call', from: 'best', top: { by: 'revenue', count: 300 }, columns: [] },
    ],
    lists: [],
    exports: [{ audience: 'letter', destination: 'csv' as const }],
  })),
);
const letter = () => workbench.plan!.audiences[0];
const draw = () => render(AudienceEditor, { audience: letter(), exportsHref: '#', ondelete: () => {} });

it('a test is asked for in percent; the arms and the smallest effect that it can see are shown', async () => {
  const screen = draw();
  await screen.getByLabelText('Held out', { exact: true }).fill('20');
  await expect.poll(() => letter().experiment).toEqual({ salt: 'letter-1', holdOut: 0.2 });
  await screen.rerender({ audience: letter() });
  await expect.element(screen.getByRole('table', { name: 'Arms' }), { timeout: 60_000 }).toBeVisible();
  await expect.element(screen.getByRole('status').filter({ hasText: /would be seen/ })).toBeVisible();
  await screen.getByRole('button', { name: 'Compare variants' }).click();
  expect(letter().experiment!.arms).toEqual([
    { id: 'a', share: 0.4 },
    { id: 'b', share: 0.4 },
  ]);
  await screen.rerender({ audience: letter() });
  await screen.getByLabelText('Smallest size').fill('100');
  await screen.getByLabelText('At most so many contacts').fill('2');
  await expect.poll(() => [letter().minimumSize, letter().frequency]).toEqual([100, { days: 7, max: 2 }]);
  // While a newer answer is on its way the older one is faint.
  await expect.poll(() => screen.container.querySelector('.old'), { timeout: 60_000 }).toBeNull();
  await expectAccessible(screen.container);
}, 120_000);

it('two audiences share their people, by priority or for the greatest profit', async () => {
  workbench.edit((plan) => ({
    ...plan,
    sharing: [{ id: 'june', name: 'June', choose: 'priority', contacts: 500, audiences: [{ audience: 'call' }, { audience: 'letter' }] }],
  }));
  const screen = draw();
  const matrix = screen.getByRole('table', { name: 'Who wanted them and where they went' });
  await expect.element(matrix, { timeout: 60_000 }).toBeVisible();
  await expect.element(matrix.getByRole('row', { name: /^Call 300 300 0 0/ })).toBeVisible();
  await expect.element(screen.getByText('500 contacts for', { exact: false })).toBeVisible();
  await screen.getByRole('button', { name: 'Move Letter up' }).click();
  await expect.poll(() => workbench.plan!.sharing![0].audiences.map(({ audience }) => audience)).toEqual(['letter', 'call']);
  await screen.getByLabelText('Budget of this audience').first().fill('100');
  await expect.element(screen.getByText('A contact costs nothing, so that this budget limits nothing.')).toBeVisible();
  await screen.getByLabelText('Only as long as it is profitable').last().click();
  // What each cannot do without comes along, so that the plan is never without it.
  await expect
    .poll(() => workbench.plan!.sharing![0].audiences)
    .toEqual([
      { audience: 'letter', budget: 100, cost: 0 },
      { audience: 'call', profitable: true, value: 1 },
    ]);
  await screen.getByLabelText('Who wants somebody, too').click();
  await screen.getByRole('option', { name: 'Where they bring most' }).click();
  await expect.poll(() => workbench.plan!.sharing![0].choose).toBe('profit');
  await expect.element(screen.getByText(/No way of sharing brings more than/), { timeout: 60_000 }).toBeVisible();
  await expectAccessible(screen.container);
}, 120_000);
