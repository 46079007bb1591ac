import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { UserError } from '../../src/lib/core/base/errors';
import { planSchema, type PlanSegment } from '../../src/lib/core/plan/schema';
import { childPaths } from '../support/rulePaths';
import type { Rule } from '../../src/lib/core/segments/rule';
import { ruleAt } from '../../src/lib/core/segments/ruleEdit';
import { readRule } from '../../src/lib/core/segments/ruleText';
import { locale } from '../../src/lib/state/locale.svelte';
import { toasts } from '../../src/lib/state/toasts.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import RfmMap from '../../src/lib/ui/segments/RfmMap.svelte';
import SegmentEditor from '../../src/lib/ui/segments/SegmentEditor.svelte';
import type { CountQuestion } from '../../src/lib/ui/segments/ruleCount.svelte';
import type { SegmentCount } from '../../src/lib/work/operations/segments';
import type { WorkspaceView } from '../../src/lib/work/operations/workspaces';
import { expectAccessible } from './accessibility';

const plan = planSchema.parse({
  muster: 2,
  name: 'Tea shop',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  segments: [
    { id: 'recent', name: 'Recent', rule: { all: [{ trait: 'daysSinceLastOrder', atMost: 30 }] } },
    { id: 'likely', name: 'Likely', rule: { trait: 'score:soon', topPercent: 10 } },
  ],
  models: [
    { id: 'soon', kind: 'prediction', task: 'propensity', learner: 'logistic', target: { event: 'order_completed', withinDays: 30 } },
  ],
});
const links = { members: '#members', audience: '#audience' };
const silent = { links, onduplicate: () => {}, ondelete: () => {} };

/** A worker that answers when the test says so. */
class SlowCounter {
  readonly questions: { question: CountQuestion; answer: (count: number) => void; refuse: (error: unknown) => void }[] = [];
  readonly count = (question: CountQuestion) =>
    new Promise<SegmentCount>((resolve, reject) =>
      this.questions.push({ question, answer: (count) => resolve(answerOf(question.rule, count)), refuse: reject }),
    );
  get last() {
    return this.questions.at(-1)!;
  }
}

function answerOf(rule: Rule, count: number): SegmentCount {
  const nodes = childPaths(rule).map((path) => ({ path, count, ...(path === '' ? {} : { left: count }) }));
  return { count, total: 20_000, nodes, windows: [], asOf: '2026-06-01T00:00:00', milliseconds: 3 };
}

beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
  // The worker is beyond the boundary of these tests: what is asked of it by the way has no answer.
  vi.spyOn(workbench, 'call').mockImplementation(() => new Promise(() => {}));
  workbench.view = {
    entry: { id: 'w1', name: 'Tea shop' },
    plan,
    facts: { eventCounts: ['product_viewed', 'product_added', 'order_completed'].map((event) => ({ event, count: 9 })) },
    dataKey: 'data 1',
    asOf: '2026-06-01T00:00:00',
    predictionReports: [],
  } as unknown as WorkspaceView;
});

describe('the live count', () => {
  const makeAudience = () => page.getByRole('link', { name: /Make an audience/ });

  it('is never that of another rule, another day, other data or other scores', async () => {
    const worker = new SlowCounter();
    const screen = render(SegmentEditor, { ...silent, segment: plan.segments[0], count: worker.count });
    const live = screen.getByTestId('live-count');
    await expect.element(live).toHaveAttribute('data-state', 'counting');
    worker.last.answer(4282);
    await expect.element(live).toHaveTextContent('4,282 customers');
    await expect.element(makeAudience()).toHaveTextContent('4,282');

    const edited: PlanSegment = { ...plan.segments[0], rule: { all: [{ trait: 'daysSinceLastOrder', atMost: 60 }] } };
    await screen.rerender({ segment: edited });
    await expect.element(live).toHaveAttribute('data-state', 'counting');
    await expect.element(live).toHaveTextContent('Counting …');
    await expect.element(screen.getByRole('button', { name: 'Make an audience' })).toBeDisabled();
    await expect.element(makeAudience()).not.toBeInTheDocument();
    worker.last.answer(9000);
    await expect.element(live).toHaveTextContent('9,000 customers');

    for (const change of [{ dataKey: 'data 2' }, { asOf: '2026-03-01T00:00:00' }, { predictionReports: [{ modelId: 'soon' }] }]) {
      workbench.view = { ...workbench.view, ...change } as WorkspaceView;
      await expect.element(live).toHaveAttribute('data-state', 'counting');
      await expect.element(makeAudience()).not.toBeInTheDocument();
      worker.last.answer(10);
      await expect.element(live).toHaveAttribute('data-state', 'counted');
    }
  });

  it('takes no answer that comes too late', async () => {
    const worker = new SlowCounter();
    const screen = render(SegmentEditor, { ...silent, segment: plan.segments[0], count: worker.count });
    const live = screen.getByTestId('live-count');
    await vi.waitFor(() => expect(worker.questions).toHaveLength(1));
    await screen.rerender({ segment: { ...plan.segments[0], rule: { all: [] } } });
    await vi.waitFor(() => expect(worker.questions).toHaveLength(2));
    worker.questions[1].answer(20_000);
    await expect.element(live).toHaveTextContent('20,000 customers');
    worker.questions[0].answer(4282);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(live.element().textContent).toContain('20,000');
  });

  it('says that a rule is incomplete, or that it cannot be counted, and offers no audience', async () => {
    const worker = new SlowCounter();
    const screen = render(SegmentEditor, { ...silent, segment: plan.segments[0], count: worker.count });
    const live = screen.getByTestId('live-count');
    worker.last.answer(4282);
    await expect.element(live).toHaveTextContent('4,282');
    await screen.rerender({ segment: { ...plan.segments[0], rule: { all: [{ segment: '' }] } as unknown as Rule } });
    await vi.waitFor(() => expect(worker.questions).toHaveLength(2));
    worker.last.refuse(new UserError('condition_empty', 'A condition is not filled in.', '', { path: 'all.0' }));
    await expect.element(live).toHaveTextContent('Incomplete');
    expect(live.element().textContent).not.toContain('4,282');
    await expect.element(screen.getByRole('button', { name: 'Make an audience' })).toBeDisabled();
    await expect.element(screen.getByRole('alert')).toHaveTextContent('A condition is not filled in.');
    await screen.rerender({ segment: { ...plan.segments[0], rule: { all: [] } } });
    await vi.waitFor(() => expect(worker.questions).toHaveLength(3));
    worker.last.refuse(new Error('the engine is gone'));
    await expect.element(live).toHaveAttribute('data-state', 'failed');
    await expect.element(screen.getByRole('button', { name: 'Make an audience' })).toBeDisabled();
  });

  it('shows what a score condition holds and removes, also where it is the whole rule', async () => {
    const worker = new SlowCounter();
    const screen = render(SegmentEditor, { ...silent, segment: plan.segments[1], count: worker.count });
    await vi.waitFor(() => expect(worker.questions).toHaveLength(1));
    expect(worker.last.question.rule).toEqual({ all: [{ trait: 'score:soon', topPercent: 10 }] });
    worker.last.answer(2000);
    await expect.element(screen.getByText('2,000', { exact: true })).toBeVisible();
    await expect.element(screen.getByText('−18,000')).toBeVisible();
  });
});

describe('the rule builder', () => {
  /** Renders the editor as the screen does: what is edited comes back as the segment. */
  function open(rule: Rule) {
    workbench.view = { ...workbench.view!, plan: { ...plan, segments: [{ id: 'recent', name: 'Recent', rule }, plan.segments[1]] } };
    const count = ({ rule }: CountQuestion) => Promise.resolve(answerOf(rule, 7));
    const screen = render(SegmentEditor, { ...silent, segment: workbench.plan!.segments[0], count });
    $effect.root(() => {
      $effect(() => void screen.rerender({ segment: workbench.plan!.segments[0] }));
    });
    return screen;
  }

  it('puts the focus into a new condition, of every kind', async () => {
    const screen = open({ all: [] });
    const kinds = ['Trait', 'Behaviour', 'Figure over behaviour', 'Sequence of behaviour', 'Segment', 'RFM cells', 'Random share'];
    for (const [i, kind] of kinds.entries()) {
      await screen.getByRole('button', { name: 'Add a condition' }).click();
      await page.getByRole('menuitem', { name: kind, exact: true }).click();
      await vi.waitFor(() => {
        const rows = screen.container.querySelectorAll('[data-form]');
        expect(rows).toHaveLength(i + 1);
        expect(rows[i].contains(document.activeElement), kind).toBe(true);
      });
    }
    await expectAccessible(screen.container);
  });

  const rule = () => workbench.plan!.segments[0].rule;
  const orders: Rule[] = [1, 2, 3].map((atLeast) => ({ trait: 'orders', atLeast }));
  const handleZh = (at: number) => page.getByRole('button', { name: '移动该条件' }).nth(at);
  const handle = (at: number) => page.getByRole('button', { name: 'Move this condition' }).nth(at);

  it('moves rows by the keyboard, into a group and out of it, and back in one step each', async () => {
    const [one, two, three] = orders;
    const screen = open({ all: orders });
    (handle(2).element() as HTMLElement).focus();
    const steps: [string, Rule][] = [
      ['{Alt>}{ArrowUp}{/Alt}', { all: [one, three, two] }],
      ['{Alt>}{ArrowRight}{/Alt}', { all: [{ all: [one, three] }, two] }],
      ['{Alt>}{ArrowUp}{/Alt}', { all: [{ all: [three, one] }, two] }],
      ['{Alt>}{ArrowLeft}{/Alt}', { all: [{ all: [one] }, three, two] }],
    ];
    for (const [keys, expected] of steps) {
      await userEvent.keyboard(keys);
      await vi.waitFor(() => expect(rule()).toEqual(expected));
      // The row that was moved keeps the focus.
      await vi.waitFor(() => {
        const path = document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row;
        expect(path && ruleAt(rule(), path)).toEqual(three);
      });
    }
    expect(toasts.said).toBe('Out of the group, place 2 of 3.');
    for (const [, earlier] of [...steps.slice(0, -1).reverse(), ['', { all: orders }] as [string, Rule]]) {
      workbench.history.undo();
      expect(rule()).toEqual(earlier);
    }
    await expectAccessible(screen.container);
  });

  it('drags a row by its handle', async () => {
    const [one, two, three] = orders;
    open({ all: orders });
    const from = handle(2).element();
    const row = handle(0).element().closest('[data-row]')!.getBoundingClientRect();
    const pointer = (type: string, x: number, y: number) =>
      from.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, clientX: x, clientY: y, button: 0 }));
    vi.spyOn(from as HTMLElement, 'setPointerCapture').mockImplementation(() => {});
    pointer('pointerdown', 10, 400);
    pointer('pointermove', row.left + 30, row.top + 4);
    pointer('pointerup', row.left + 30, row.top + 4);
    await vi.waitFor(() => expect(rule()).toEqual({ all: [three, one, two] }));
  });

  it('groups rows that were selected, and copies, cuts and pastes them as text', async () => {
    const [one, two, three] = orders;
    open({ all: orders });
    (handle(0).element() as HTMLElement).focus();
    await userEvent.keyboard(' ');
    (handle(2).element() as HTMLElement).focus();
    await userEvent.keyboard(' ');
    await page.getByRole('button', { name: 'Group', exact: true }).click();
    await vi.waitFor(() => expect(rule()).toEqual({ all: [{ all: [one, three] }, two] }));

    (handle(1).element() as HTMLElement).focus();
    const clipboard = new DataTransfer();
    const fire = (type: string) =>
      document.activeElement!.dispatchEvent(new ClipboardEvent(type, { bubbles: true, cancelable: true, clipboardData: clipboard }));
    fire('cut');
    await vi.waitFor(() => expect(rule()).toEqual({ all: [{ all: [one] }, two] }));
    expect(readRule(clipboard.getData('text/plain'))).toEqual(three);
    await vi.waitFor(() => expect(document.activeElement).toBe(handle(0).element()));
    (handle(1).element() as HTMLElement).focus();
    fire('paste');
    await vi.waitFor(() => expect(rule()).toEqual({ all: [{ all: [one] }, two, three] }));
    // In a box the keys are the box's own.
    const box = page.getByRole('textbox', { name: 'Value' }).first().element() as HTMLElement;
    box.focus();
    fire('cut');
    expect(rule()).toEqual({ all: [{ all: [one] }, two, three] });
  });

  it('takes a condition that is typed, in either language, and puts the focus into it', async () => {
    const screen = open({ all: [orders[0], { not: { any: [orders[1]] } }] });
    await screen.getByRole('radio', { name: 'All of these' }).click();
    await userEvent.keyboard('/ordered at least 3 in last 90 days');
    await expect.element(page.getByRole('option').first()).toHaveTextContent('did “Ordered” at least 3 times in the last 90 days');
    await userEvent.keyboard('{Enter}');
    const typed = { event: 'order_completed', atLeast: 3, withinDays: 90 };
    await vi.waitFor(() => expect(rule()).toEqual({ all: [orders[0], typed, { not: { any: [orders[1]] } }] }));
    await vi.waitFor(() => expect(document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row).toBe('all.1'));
    locale.set('zh');
    await expect.element(handleZh(0)).toBeVisible();
    (handleZh(0).element() as HTMLElement).focus();
    await userEvent.keyboard('/');
    await userEvent.fill(page.getByRole('combobox', { name: '输入条件' }), '从未加购');
    await expect.element(page.getByRole('option').first()).toHaveTextContent('「加入购物车」0 次');
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(rule()).toMatchObject({ all: [{}, {}, { event: 'product_added', atMost: 0 }, {}] }));
    await expectAccessible(screen.container);
  });

  it('is edited as YAML: an error has its line, and what is right is one step of undo', async () => {
    const screen = open({ all: [orders[0]] });
    await screen.getByText('The rule as text').click();
    await screen.getByRole('tab', { name: 'YAML' }).click();
    const box = screen.getByRole('textbox', { name: 'The rule as YAML' });
    await expect.element(box).toHaveValue('all:\n  - trait: orders\n    atLeast: 1\n');
    await box.fill('all:\n  - trait: orders\n    atLeast: many\n');
    await expect.element(screen.getByRole('alert')).toHaveTextContent('Line 3');
    await expect.element(screen.getByRole('button', { name: 'Apply' })).toBeDisabled();
    await box.fill('any:\n  - { trait: orders, atLeast: 5 }\n');
    await screen.getByRole('button', { name: 'Apply' }).click();
    await vi.waitFor(() => expect(rule()).toEqual({ any: [{ trait: 'orders', atLeast: 5 }] }));
    workbench.history.undo();
    expect(rule()).toEqual({ all: [orders[0]] });
    await expectAccessible(screen.container);
  });

  it('shows whom the rule leaves out as a block of its own', async () => {
    const screen = open({ all: [orders[0]] });
    await screen.getByRole('button', { name: 'Leave out' }).click();
    await page.getByRole('menuitem', { name: 'Behaviour', exact: true }).click();
    await vi.waitFor(() =>
      expect(rule()).toEqual({ all: [orders[0], { not: { any: [{ event: 'order_completed', atLeast: 1, withinDays: 30 }] } }] }),
    );
    const block = screen.getByRole('group', { name: 'But not' });
    await vi.waitFor(() => expect(block.element().querySelector('[data-form]')!.contains(document.activeElement)).toBe(true));
    await expectAccessible(screen.container);
    // A new condition stands above it, and the last row that goes takes the block along.
    await screen.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByRole('menuitem', { name: 'Random share' }).click();
    await vi.waitFor(() => expect(rule()).toMatchObject({ all: [orders[0], { random: { from: 0 } }, { not: { any: [{}] } }] }));
    await block.getByRole('button', { name: 'Remove condition' }).click();
    await vi.waitFor(() => expect(rule()).toMatchObject({ all: [orders[0], { random: { from: 0 } }] }));
    await expect.element(block).not.toBeInTheDocument();
  });

  it('takes a list that is pasted, and names it in words', async () => {
    const screen = open({ all: [] });
    await screen.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByRole('menuitem', { name: 'Uploaded list' }).click();
    const dialog = page.getByRole('dialog', { name: 'Upload or paste a list' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Guests');
    await dialog.getByRole('textbox', { name: 'Or paste ids, e-mails or phones, one a line' }).fill('007\nC2\nC2\n');
    await expect.element(dialog.getByText('2 entries.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Save the list' }).click();
    await vi.waitFor(() => expect(rule()).toEqual({ all: [{ list: 'Guests' }] }));
    expect(workbench.plan!.idLists).toMatchObject([{ id: 'Guests', name: 'Guests', ids: '007\nC2' }]);
    await expectAccessible(screen.container);
  });

  it('draws a sequence from its description and says the rule in words', async () => {
    const screen = open({
      all: [{ sequence: { first: { events: 'product_added' }, next: { events: 'order_completed' }, withinDays: 7 } }],
    });
    await screen.getByRole('textbox', { name: 'within' }).fill('14');
    await vi.waitFor(() => expect(workbench.plan!.segments[0].rule).toMatchObject({ all: [{ sequence: { withinDays: 14 } }] }));
    await screen.getByText('The rule as text').click();
    await expect.element(screen.getByText('did “Added to cart”, then “Ordered” within 14 days')).toBeVisible();
    locale.set('zh');
    await expect.element(screen.getByText('先「加入购物车」，14 天内再「下单」')).toBeVisible();
  });

  it('counts what the eleventh condition removes from what the tenth left', async () => {
    const rule: Rule = { all: Array.from({ length: 11 }, (_, i) => ({ trait: 'orders', atLeast: i })) };
    const answer = answerOf(rule, 100);
    answer.nodes = answer.nodes.map(({ path }) => ({ path, count: 100, left: 1000 - 10 * Number(path.split('.')[1] ?? 0) }));
    const screen = render(SegmentEditor, { ...silent, segment: { id: 'long', rule }, count: () => Promise.resolve(answer) });
    await vi.waitFor(() => expect(screen.container.querySelectorAll('.removed')).toHaveLength(11));
    const removed = [...screen.container.querySelectorAll('.removed')].map(({ textContent }) => textContent);
    expect(removed.slice(1)).toEqual(Array(10).fill('−10'));
  });
});

describe('the map of recency and frequency', () => {
  const bins = 5;
  /** Everybody of a cell has the spend score 1, but of the first there are two with 5. */
  const triples = Array.from({ length: bins ** 3 }, (_, i) => (i === 0 ? 689 : i === 4 ? 2 : i === 5 ? 709 : 0));
  const grid = {
    bins,
    method: 'quintile',
    customers: 1400,
    cells: [],
    ranges: {
      recencyDays: Array.from({ length: bins }, (_, i): [number, number] => [i * 10, i * 10 + 9]),
      frequency: [[1, 1], [1, 2], [2, 2], null, [3, 9]] as ([number, number] | null)[],
      monetary: [[1, 9], null, null, null, [90, 500]] as ([number, number] | null)[],
    },
    triples,
    tripleMonetary: triples.map((count, i) => count * (i === 4 ? 300 : 5)),
    warnings: [],
  };

  it('is one stop of the Tab key, has ranges as headings, near colours for near counts, and shows spend', async () => {
    const onmake = vi.fn();
    const screen = render(RfmMap, { onmake, grid, convention: { bins, method: 'quintile' } });
    await vi.waitFor(() => expect(screen.container.querySelectorAll('td button')).toHaveLength(25));
    const cells = [...screen.container.querySelectorAll<HTMLElement>('td button')];
    expect(cells.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    cells.find(({ tabIndex }) => tabIndex === 0)!.focus();
    await userEvent.keyboard('{ArrowLeft}{ArrowDown}');
    expect((document.activeElement as HTMLElement).dataset.cell).toBe('44');
    expect(cells.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);

    const headings = [...screen.container.querySelectorAll('thead th small')].map(({ textContent }) => textContent);
    expect(headings).toEqual(['1 orders', '1–2 orders', '2 orders', '– orders', '3–9 orders']);
    const cell = (key: string) => screen.container.querySelector<HTMLElement>(`[data-cell="${key}"]`)!;
    const depth = (key: string) => Number(/(\d+(\.\d+)?)%/.exec(cell(key).getAttribute('style')!)![1]);
    expect(Math.abs(depth('12') - depth('11'))).toBeLessThan(2);
    const seen = (key: string) => cell(key).querySelector('[aria-hidden]')!.textContent;
    expect(seen('11')).toBe('691¥5.85');
    await expectAccessible(screen.container);

    await screen
      .getByRole('combobox', { name: 'Spend' })
      .or(screen.getByRole('button', { name: 'Spend' }))
      .first()
      .click();
    await page.getByRole('option', { name: /Spend score 5/ }).click();
    await vi.waitFor(() => expect(seen('11')).toBe('2¥300.00'));
    cell('11').click();
    await expect.element(screen.getByRole('status')).toHaveTextContent('2 customers in 1 cell');
    await screen.getByRole('button', { name: 'Make a segment' }).click();
    expect(onmake).toHaveBeenCalledWith('RFM 115', { all: [{ rfm: { bins: 5, method: 'quintile', cells: ['115'] } }] });
    // Other scores are other people: the selection does not stay.
    await screen.rerender({ convention: { bins, method: 'ties-together' } });
    await expect.element(screen.getByRole('status')).not.toHaveTextContent('2 customers');
  });
});
