import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { beforeAfterEffect, panelEffect, promotionHolds, type PromotionPanel } from '$lib/core/experiments/promotionEffect';

/** Ten shops over forty weeks; in two of them the weeks 30 to 33 bring 60 a week more, three others lose 20, two weeks after 10 are missing. */
function shops(sizes = (_shop: number) => 1, noise = 0.2): PromotionPanel {
  const random = new Random(12);
  const names = Array.from({ length: 10 }, (_, shop) => `shop ${shop}`);
  const periods = 36;
  const roles = names.map((_, shop) => (shop < 2 ? ('treated' as const) : shop < 5 ? ('losing' as const) : ('compared' as const)));
  const values = Float64Array.from({ length: names.length * periods }, (_, i) => {
    const [shop, week] = [Math.floor(i / periods), i % periods];
    const isOn = week >= 30 && week < 34;
    const more = shop < 2 ? (isOn ? 60 : week >= 34 ? -10 : 0) : shop < 5 && isOn ? -20 : 0;
    return sizes(shop) * (200 + 10 * Math.sin(week) + noise * random.normal() + more);
  });
  return { names, roles, periods, values, from: 30, until: 34, dip: 2 };
}

describe('what a promotion brought', () => {
  it('is what was planted beside other shops, with what came out of the weeks after and of the neighbours', async () => {
    const { effect, pullForward, cannibalised, units, ...rest } = await panelEffect('difference-in-differences', shops(), quietContext());
    expect(units).toBe(2);
    expect(effect.perPeriod).toBeCloseTo(60, 0);
    expect(effect.total).toBeCloseTo(60 * 4 * 2, -1);
    // 10 in two weeks of 60 in four; three shops with 20 of two with 60.
    expect(pullForward!.share!.share).toBeCloseTo((10 * 2) / (60 * 4), 2);
    expect(cannibalised!.share!.share).toBeCloseTo((20 * 3) / (60 * 2), 2);
    for (const { share, isMoved } of [pullForward!, cannibalised!]) {
      expect(share!.low).toBeLessThan(share!.share);
      expect(share!.high).toBeGreaterThan(share!.share);
      expect(isMoved).toBe(true);
    }
    expect(promotionHolds(rest)).toBe(true);
  });

  it('is told in amounts where shops of different size are compared by their own level', async () => {
    // The small shops' weeks go up and down by less, and as shares of their level alike.
    const sized = shops((shop) => 1 + shop);
    const { effect, cannibalised } = await panelEffect('difference-in-differences', { ...sized, ofOwnLevel: true }, quietContext());
    expect(effect.relative).toBeCloseTo(60 / 200, 1);
    expect(effect.perPeriod).toBeCloseTo(60 * 1.5, -1);
    expect(effect.p).toBeLessThan(0.001);
    // Shops of 3, 4 and 5 lose 20 each, those of 1 and 2 gain 60.
    expect(cannibalised!.share!.share).toBeCloseTo((20 * 12) / (60 * 3), 1);
    const flat = await panelEffect('difference-in-differences', sized, quietContext());
    expect(flat.effect.high! - flat.effect.low!).toBeGreaterThan(3 * (effect.high! - effect.low!));
  });

  it('is found by a mixture of others, without an interval', async () => {
    const panel = shops();
    const one: PromotionPanel = { ...panel, roles: panel.roles.map((role, shop) => (shop === 1 ? 'compared' : role)) };
    const cleaned = { ...one, values: one.values.map((value, i) => (Math.floor(i / 36) === 1 ? one.values[i + 5 * 36] : value)) };
    const { effect, pullForward, cannibalised, mixture } = await panelEffect('synthetic-control', cleaned, quietContext());
    expect([effect.low, pullForward!.share!.low]).toEqual([null, null]);
    expect(effect.perPeriod).toBeCloseTo(60, -1);
    expect(pullForward!.share!.share).toBeCloseTo((10 * 2) / (60 * 4), 1);
    expect(cannibalised!.share!.share).toBeCloseTo((20 * 3) / 60, 1);
    expect(mixture!.ratios[0].name).toBe('shop 0');
  });

  it('is a share of the days after and of other goods, before and after', () => {
    const random = new Random(5);
    const series = (during: number, after: number) =>
      Float64Array.from(
        { length: 120 },
        (_, day) => 100 + 3 * (day % 7) + random.normal() + (day >= 80 && day < 90 ? during : day >= 90 && day < 95 ? after : 0),
      );
    const found = beforeAfterEffect({ values: series(40, -16), others: series(-10, 0), firstDay: 20_000, from: 80, until: 90, dip: 5 });
    expect(found.effect.perPeriod).toBeCloseTo(40, -0.5);
    expect(found.pullForward!.share!.share).toBeCloseTo((16 * 5) / (40 * 10), 1);
    expect(found.cannibalised!.share!.share).toBeCloseTo(10 / 40, 1);
    expect(found.pullForward!.share!.low).toBeGreaterThan(0);
    expect(found.effect.relative).toBeCloseTo(40 / 109, 1);
  });

  it('is refused where nothing varies, or the data ends before', async () => {
    expect(() => beforeAfterEffect({ values: new Float64Array(100).fill(3), firstDay: 0, from: 60, until: 70, dip: 0 })).toThrow(
      expect.objectContaining({ code: 'promotion_flat' }),
    );
    await expect(panelEffect('difference-in-differences', { ...shops(), dip: 9 }, quietContext())).rejects.toMatchObject({
      code: 'promotion_outside',
    });
  });
});
