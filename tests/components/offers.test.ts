import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { offerOf, type OfferSaid } from '../../src/lib/core/results/offerOf';
import { locale } from '../../src/lib/state/locale.svelte';
import { offerDraft } from '../../src/lib/state/offerDraft.svelte';
import OfferPanel from '../../src/lib/ui/audiences/offer/OfferPanel.svelte';
import OfferView from '../../src/lib/ui/audiences/offer/OfferView.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import { expectAccessible } from './accessibility';
import { inEmptyWorkspace } from './emptyWorkspace';

inEmptyWorkspace();

/** 10,000 customers of whom 4 % buy anyway for 100 yuan; those with a high chance to buy are given away to. */
const basis = {
  people: 10_000,
  days: 30,
  rate: 0.04,
  rateFrom: 'replay' as const,
  counted: { people: 9_000, buyers: 360 },
  orderValue: 100,
  margin: 0.4,
};
const said: OfferSaid = {
  days: 30,
  worth: { coupon: 15 },
  redemption: { value: 0.6, low: 0.5, high: 0.8 },
  perContact: 0.05,
  fixed: 500,
  expected: { lift: { value: 0.018, low: 0.006, high: 0.03 } },
};
const chances = Float64Array.from({ length: 10_000 }, (_, i) => (0.08 * i) / 10_000);

for (const [language, says] of [
  ['en', [/It pays from \d+ extra buyers on/, /Expected profit: ¥/, /Stop after the best [\d,]+ people/, /of the 9,000 people/]],
  ['zh', [/至少多带来 \d+ 人下单才能回本/, /预期利润 ¥/, /发给最合适的 [\d,]+ 人/, /分群里的 9,000 人/]],
] as const) {
  it(`says what an offer costs, when it pays and where to stop (${language})`, async () => {
    locale.set(language);
    await loadCatalogue();
    const screen = render(OfferView, { planned: offerOf(basis, { chances }, said, []) });
    for (const text of says) await expect.element(screen.getByText(text).first()).toBeInTheDocument();
    await expectAccessible(screen.container);
    await page.viewport(390, 800);
    await expect.poll(() => document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  });
}

it('says what is not known, and when it can never pay', async () => {
  const screen = render(OfferView, { planned: offerOf({ ...basis, margin: null }, {}, said, []) });
  await expect.element(screen.getByText('The data does not say: Margin. Fill it in above.')).toBeInTheDocument();
  await screen.rerender({ planned: offerOf(basis, {}, { ...said, worth: { coupon: 90 } }, []) });
  await expect.element(screen.getByText(/It can never pay/)).toBeInTheDocument();
  await expectAccessible(screen.container);
});

it('asks for coupons or points, and says in words that there is no data', async () => {
  const audience = { id: 'all', from: 'everyone', columns: [] };
  const screen = render(OfferPanel, { audience });
  await expect.element(screen.getByLabelText('Face value')).toBeInTheDocument();
  offerDraft.kind = 'points';
  await expect.element(screen.getByLabelText('Points per order')).toBeInTheDocument();
  expect(offerDraft.said.worth).toEqual({ points: 1000, pointValue: 0.01 });
  await expect.element(screen.getByText('This workspace has no data yet.')).toBeInTheDocument();
  await expectAccessible(screen.container);
});
