import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import BundlePanel from '../../src/lib/ui/items/BundlePanel.svelte';
import PickedList from '../../src/lib/ui/recommenders/PickedList.svelte';
import ReasonView from '../../src/lib/ui/recommenders/ReasonView.svelte';
import type { ReasonInWords } from '../../src/lib/work/operations/reasons';
import { expectAccessible } from './accessibility';

beforeEach(() => locale.set('en'));

const line = (itemId: string, title: string) => ({ itemId, title, category: null });
const parts: ReasonInWords = {
  kind: 'parts',
  score: 0.75,
  parts: [
    { ...line('t1', 'Oolong'), amount: 0.6 },
    { ...line('t2', 'Green tea'), amount: -0.2 },
  ],
  others: { items: 3, amount: 0.1 },
  rest: 0.25,
};

it('adds the items of the history, the others and the rest up to the score', async () => {
  const screen = render(ReasonView, { reason: parts });
  const rows = [...screen.container.querySelectorAll('tbody tr')].map((row) => row.textContent!.replace(/\s+/g, ' ').trim());
  expect(rows).toEqual([
    'Oolong +0.6',
    'Green tea −0.2',
    '3 further items +0.1',
    'Not from a single item, such as how popular it is +0.25',
    'Score0.75',
  ]);
  // Bars of the same scale: a third as long as the longest, and to the other side.
  const bars = [...screen.container.querySelectorAll<HTMLElement>('.bar')].map((bar) => [bar.style.left, bar.style.width]);
  expect(bars[0]).toEqual(['50%', '50%']);
  expect(parseFloat(bars[1][1])).toBeCloseTo(50 / 3, 3);
  expect(parseFloat(bars[1][0])).toBeCloseTo(50 - 50 / 3, 3);
  await expectAccessible(screen.container);
});

it('says what is near, that nothing is, and how many chose what is popular', async () => {
  const near = render(ReasonView, {
    reason: { kind: 'near', score: 1, near: [{ ...line('t1', 'Oolong'), likeness: 0.4 }], lookedAt: 200 },
  });
  await expect.element(near.getByText('Of the 200 items most like it')).toBeVisible();
  await expect.element(near.getByRole('listitem')).toHaveTextContent('Oolong');
  const none = render(ReasonView, { reason: { kind: 'near', score: 1, near: [], lookedAt: 200 } });
  expect(none.container.textContent).toContain('none of the 200 items');
  const popular = render(ReasonView, { reason: { kind: 'popular', customers: 1234 } });
  expect(popular.container.textContent).toContain('1,234 chose this');
});

it('opens a reason where it stands, and asks for it only then', async () => {
  const asked: string[] = [];
  const item = { ...line('t9', 'White tea'), rank: 1, score: 0.75 };
  const screen = render(PickedList, {
    model: { id: 'near', kind: 'recommender', algorithm: 'item-knn', options: {} },
    state: { at: 'ready', list: { modelId: 'near', items: [item], note: '', warnings: [] } },
    shared: new Set<string>(),
    known: new Set<string>(),
    hits: new Set(['t9']),
    why: async (itemId: string) => {
      asked.push(itemId);
      return parts;
    },
    onretry: () => {},
  });
  const button = screen.getByRole('button', { name: /White tea/ });
  await expect.element(button).toHaveTextContent('came true');
  expect(asked).toEqual([]);
  (button.element() as HTMLElement).click();
  await expect.element(screen.getByText('Oolong')).toBeVisible();
  expect(asked).toEqual(['t9']);
  await expect.element(button).toHaveAttribute('aria-expanded', 'true');
  await expectAccessible(screen.container);
});

it('says in sentences what a bundle is and what a discount does to it', async () => {
  const bundle = { ids: 'pot\ncup', from: 'Pot', to: 'Cup', orders: 30, ordersFrom: 40, lift: 2.5, price: 47.1, discounted: 42.39, margin: 23.1, discountedMargin: 18.39, neededMore: 0.256 }; // prettier-ignore
  const screen = render(BundlePanel, { bundle, discount: 0.1, hrefOf: (id: string) => `?item=${id}`, onclose: () => {} });
  const words = document.body.textContent!;
  expect(words).toContain('30 of the 40 orders with “Pot” have “Cup”, too; 2.5 times as often as by chance.');
  expect(words).toContain('23.10');
  expect(words).toContain('18.39');
  expect(words).toMatch(/It takes 25\.6\s?% more bundles/);
  await expect.element(screen.getByRole('link', { name: 'Open Pot' })).toHaveAttribute('href', '?item=pot');
});
