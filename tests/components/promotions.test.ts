import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Random } from '../../src/lib/core/base/random';
import { quietContext } from '../../src/lib/core/base/run';
import type { PromotionMethod } from '../../src/lib/core/experiments/promotionEffect';
import { promotionOf } from '../../src/lib/core/results/promotion';
import type { UnitSeries } from '../../src/lib/core/results/promotionSeries';
import { dateOfDay, dayNumber } from '../../src/lib/core/schema/days';
import { locale } from '../../src/lib/state/locale.svelte';
import { promotionStudy } from '../../src/lib/state/promotionStudy.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import ResultsTab from '../../src/lib/ui/results/ResultsTab.svelte';
import PromotionView from '../../src/lib/ui/results/promotion/PromotionView.svelte';
import { expectAccessible } from './accessibility';
import { inEmptyWorkspace } from './emptyWorkspace';

inEmptyWorkspace();

/** Eight cities over 120 days; in two of them two weeks bring 30 a day more, and the week after brings 10 fewer. */
function cities(): UnitSeries {
  const random = new Random(7);
  const first = dayNumber('2026-01-05');
  const names = Array.from({ length: 8 }, (_, i) => `City ${i}`);
  const starts = Array.from({ length: 120 }, (_, i) => dateOfDay(first + i));
  const values = new Float64Array(names.length * starts.length);
  for (let i = 0; i < values.length; i++) {
    const [city, day] = [Math.floor(i / starts.length), i % starts.length];
    const more = city < 2 ? (day >= 84 && day < 98 ? 30 : day >= 98 && day < 105 ? -10 : 0) : 0;
    values[i] = 100 + 5 * city + 4 * (day % 7) + 3 * random.normal() + more;
  }
  return { names, starts, length: 1, values };
}

const measured = (method: PromotionMethod, treated: string[], losing: string[] = []) =>
  promotionOf(
    cities(),
    { method, measure: 'revenue', by: 'day', split: 'user.city', from: '2026-03-30', to: '2026-04-12', dip: 7, treated, losing },
    quietContext(),
  );

for (const [language, says] of [
  [
    'en',
    {
      more: /more than expected in 14 days/,
      moved: /Pull-forward\. Revenue: .* of the gain/,
      holds: /Holds:|With reservations:/,
      plot: 'Actual and expected',
    },
  ],
  ['zh', { more: /14天里，销售额比预期多/, moved: /提前消费.*占增量的/, holds: /成立：|需留意：/, plot: '实际与预期' }],
] as const) {
  for (const [method, treated, losing] of [
    ['before-after', ['City 0', 'City 1'], ['City 5']],
    ['difference-in-differences', ['City 0', 'City 1'], ['City 5', 'City 6']],
    ['synthetic-control', ['City 1'], ['City 5']],
  ] as const) {
    it(`tells and draws ${method} (${language})`, async () => {
      locale.set(language);
      await loadCatalogue();
      const promotion = await measured(method, [...treated], [...losing]);
      const screen = render(PromotionView, { promotion });
      await expect.element(screen.getByText(says.more).first()).toBeInTheDocument();
      await expect.element(screen.getByText(says.moved).first()).toBeInTheDocument();
      await expect.element(screen.getByText(says.holds).first()).toBeInTheDocument();
      await expect.element(screen.getByText(says.plot).first()).toBeInTheDocument();
      await expectAccessible(screen.container);
      await page.viewport(390, 800);
      await expect.poll(() => document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    });
  }
}

it('opens by keyboard, says what it needs, and what is wrong in words', async () => {
  const screen = render(ResultsTab, {});
  const open = screen.getByRole('button', { name: /Open: What a promotion brought/ });
  (open.element() as HTMLElement).focus();
  (document.activeElement as HTMLElement).click();
  await expect.element(screen.getByText(/Import orders or events first/)).toBeInTheDocument();
  await expectAccessible(screen.container);
  Object.assign(promotionStudy, { from: '2026-03-30', to: '2026-04-12' });
  expect(promotionStudy.missing).toBe('');
  promotionStudy.method = 'synthetic-control';
  expect(promotionStudy.missing).toBe('split');
  promotionStudy.splitBy('channel');
  expect(promotionStudy.missing).toBe('treated');
  await promotionStudy.measureIt();
  expect(promotionStudy.state.at).toBe('idle');
  promotionStudy.treated = ['web'];
  await promotionStudy.measureIt();
  expect(promotionStudy.state).toMatchObject({ at: 'failed', error: { code: 'no_data' } });
});
