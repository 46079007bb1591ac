import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { paybackMonths, referral } from '../../src/lib/core/results/referral';
import { locale } from '../../src/lib/state/locale.svelte';
import { referralStudy } from '../../src/lib/state/referralStudy.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import ReferralPanel from '../../src/lib/ui/results/referral/ReferralPanel.svelte';
import ReferralView from '../../src/lib/ui/results/referral/ReferralView.svelte';
import { expectAccessible } from './accessibility';
import { inEmptyWorkspace } from './emptyWorkspace';

inEmptyWorkspace();

const marginPerMonth = [12, 8, 20, 5];
const found = {
  referral: referral(
    { inviter: ['li', 'li', 'wang', 'chen'], invited: Int32Array.from([1, 2, 3, 4]), joined: Int32Array.from([3, -1, 8, -1]) },
    100,
  ),
  customers: 100,
  payback: { marginPerMonth, months: paybackMonths({ perJoin: 30, marginPerMonth: Float64Array.from(marginPerMonth) }) },
};

for (const [language, says] of [
  ['en', [/100 customers bring 2 more/, /paid back 2\.5 months after joining/, /K factor/]],
  ['zh', [/每 100 位客户带来 2 位新客户/, /加入后 2\.5 个月回本/, /裂变系数/]],
] as const) {
  it(`tells how a programme spreads and when it has paid back (${language})`, async () => {
    locale.set(language);
    await loadCatalogue();
    const screen = render(ReferralView, { found, reward: 30 });
    for (const text of says) await expect.element(screen.getByText(text).first()).toBeInTheDocument();
    await expectAccessible(screen.container);
    await page.viewport(390, 800);
    await expect.poll(() => document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  });
}

it('says what it needs where the data has no invitations, and takes a file', async () => {
  const screen = render(ReferralPanel, {});
  await expect.element(screen.getByText(/two kinds of events, an invitation and a joining/)).toBeInTheDocument();
  await expectAccessible(screen.container);
  await screen.getByRole('radio', { name: 'A file' }).click();
  await expect.element(screen.getByText('Drop the log of invitations')).toBeInTheDocument();
  referralStudy.file = new File(['inviter,invited,joined\nli,2026-01-10,2026-01-13\nli,2026-01-11,\n'], 'log.csv');
  referralStudy.customers = 10;
  await screen.getByRole('button', { name: 'Measure' }).click();
  await expect.element(screen.getByText(/100 customers bring 10 more/)).toBeInTheDocument();
  await expectAccessible(screen.container);
});
