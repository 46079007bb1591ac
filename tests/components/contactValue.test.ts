import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import SharingPanel from '../../src/lib/ui/audiences/sharing/SharingPanel.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import KeptEffects from '../../src/lib/ui/results/KeptEffects.svelte';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

const coupon = {
  id: 'coupon',
  campaign: 'Coupon',
  arm: 'treatment',
  people: 900,
  control: 300,
  level: 0.95,
  revenue: { value: 4, low: 1, high: 7 },
};
const group = { id: 'g', choose: 'profit' as const, audiences: [{ audience: 'mail', value: 1, cost: 0.5 }] };

beforeAll(async () => {
  await wipeWorkspaces();
  await workbench.create('Tea', 'Asia/Shanghai', 'CNY');
});
beforeEach(async () => {
  await page.viewport(1280, 900);
  workbench.edit((plan) => ({ ...plan, audiences: [{ id: 'mail', from: 'everyone', columns: [] }], effects: [coupon], sharing: [group] }));
});
afterAll(wipeWorkspaces);

for (const [language, from, own, told, used] of [
  ['en', 'What a contact brings', 'Own value', /¥0\.70 a contact after its cost \(95%: -¥0\.20 to ¥1\.60\)/, 'Used by g'],
  ['zh', '每次触达的收益', '自行填写', /扣除成本后每次触达 ¥0\.70（95% 区间：-¥0\.20 至 ¥1\.60）/, '“g”正在使用'],
] as const) {
  it(`takes a kept effect as the value of a contact, with its interval (${language})`, async () => {
    locale.set(language);
    await loadCatalogue();
    const screen = render(SharingPanel, { group });
    await screen.getByLabelText(from).click();
    await page.getByRole('option', { name: /Coupon/ }).click();
    expect(workbench.plan!.sharing![0].audiences[0]).toMatchObject({ effect: 'coupon', margin: 0.3 });
    await screen.rerender({ group: workbench.plan!.sharing![0] });
    await expect.element(screen.getByText(told)).toBeInTheDocument();
    await expectAccessible(screen.container);
    const kept = render(KeptEffects, { removable: true });
    await expect.element(kept.getByText(used)).toBeInTheDocument();
    await screen.getByLabelText(from).click();
    await page.getByRole('option', { name: own }).click();
    expect(workbench.plan!.sharing![0].audiences[0]).toEqual({ audience: 'mail', value: 1, cost: 0.5 });
  });
}
