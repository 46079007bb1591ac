import type { FileInput } from '../../src/lib/core/schema/files';
import type { Rule } from '../../src/lib/core/segments/rule';
import type { OperationInput, OperationName, OperationOutput } from '../../src/lib/work/operations';

/** How a step asks for an operation: through the worker in a tab, directly on the command line. */
export type Call = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => Promise<OperationOutput<Name>>;

export interface Place {
  call: Call;
  file: FileInput;
}

/** What a person does with a large file, each step told in a few words. `reopen` comes after a reload. */
export const steps: Record<string, (place: Place) => Promise<string>> = {
  async import({ call, file }) {
    await call('workspaceCreate', { name: 'Large shop', timeZone: 'Asia/Shanghai', currency: 'CNY' });
    const { mapping } = await call('sourceInspect', { file });
    const { view } = await call('sourceImport', { file, sourceId: 'events', mapping, mode: 'add' });
    return `${view.facts?.events} events, ${view.facts?.users} people, ${view.facts?.items} items, ${view.facts?.orders} orders`;
  },
  profiles: async ({ call }) => `${(await profiles(call)).total} profiles`,
  RFM: async ({ call }) => `${(await call('segmentRfm', { bins: 5, method: 'quintile' })).cells.length} cells`,
  rule: async ({ call }) => {
    const { count, milliseconds } = await call('segmentCount', { rule });
    return `${count} people, ${Math.round(milliseconds)} ms`;
  },
  'rule, one leaf edited': async ({ call }) => {
    const edited = { all: [rule.all[0], { event: 'product_added', atLeast: 2, withinDays: 60 }, rule.all[2]] };
    const { count, milliseconds } = await call('segmentCount', { rule: edited });
    return `${count} people, ${Math.round(milliseconds)} ms`;
  },
  'a trait condition, 25 new thresholds': async ({ call }) =>
    spread(25, (step) => call('segmentCount', { rule: around({ trait: 'revenue', atLeast: 100 + step }) })),
  'an event condition, 25 windows of one event': async ({ call }) =>
    spread(25, (step) => call('segmentCount', { rule: around({ event: 'product_viewed', atLeast: 5, withinDays: 100 + step }) })),
  'an event condition of one item prefix, 5 never asked before': async ({ call }) =>
    spread(5, (step) =>
      call('segmentCount', {
        rule: around({
          event: 'product_viewed',
          withinDays: 50 + step,
          where: [{ property: 'item', oneOf: [`SKU-${step}`, `SKU-${1000 + step}`] }],
        }),
      }),
    ),
  'regrouped, 25 times': async ({ call }) => {
    await call('segmentCount', { rule });
    return spread(25, (step) =>
      call('segmentCount', { rule: step % 2 ? { any: rule.all } : { all: [rule.all[2], { any: rule.all.slice(0, 2) }] } }),
    );
  },
  'overlap of 20 segments, 10 times': async ({ call }) => {
    const segments = Array.from({ length: 20 }, (_, i) => ({ id: `s${i}`, rule: { trait: i % 2 ? 'orders' : 'views', atLeast: i } }));
    await call('segmentsOverlap', { segments, ids: segments.map(({ id }) => id) });
    return spread(10, () => call('segmentsOverlap', { segments, ids: segments.map(({ id }) => id).reverse() }));
  },
  'histograms of 8 traits': async ({ call }) => {
    const traits = ['revenue', 'orders', 'views', 'carts', 'quantity', 'activeDays', 'events', 'averageOrderValue'];
    return spread(8, (step) => call('traitHistogram', { trait: traits[step], bins: 30 }));
  },
  'waterfall and what each condition removes': async ({ call }) => spread(3, () => call('segmentInsight', { rule })),
  portrait: async ({ call }) => `${(await call('segmentPortrait', { rule })).lines.length} lines`,
  'clusters, k-means, 8 of 6 traits': async ({ call }) => {
    const traits = ['revenue', 'orders', 'views', 'carts', 'activeDays', 'daysSinceLastEvent'];
    const model = { id: 'kinds', kind: 'prediction' as const, task: 'clusters', target: { traits }, options: { k: 8 } };
    const { sections } = await call('predictionTrain', { model });
    return `${sections.length} sections`;
  },
  async 'iALS, d = 32'({ call }) {
    const [userId] = (await profiles(call)).rows[0];
    const model = { id: 'tastes', kind: 'recommender' as const, algorithm: 'ials', options: { factors: 32 } };
    const { lists } = await call('recommendersForUser', { models: [model], userId: String(userId), size: 10 });
    return `${lists[0].items.length} items for one person`;
  },
  async reopen({ call }) {
    const [{ id }] = await call('workspaceList', undefined);
    const { facts } = await call('workspaceOpen', { id });
    return `${facts?.events} events`;
  },
  'profiles again': async ({ call }) => `${(await profiles(call)).total} profiles`,
};

/** The steps whose names fit a pattern, and those without which there is nothing to do. */
export function stepsLike(pattern: string): string[] {
  return Object.keys(steps).filter((step) => step === 'import' || step === 'profiles' || new RegExp(pattern).test(step));
}

const rule: { all: Rule[] } = {
  all: [
    { trait: 'orders', atLeast: 1 },
    { event: 'product_viewed', atLeast: 3, withinDays: 90 },
    { not: { event: 'order_completed', withinDays: 30 } },
  ],
};

function around(leaf: Rule): Rule {
  return { all: [rule.all[0], rule.all[2], leaf] };
}

/** Milliseconds of asking so often: median, 95th percentile and longest. */
async function spread(times: number, ask: (step: number) => Promise<unknown>): Promise<string> {
  const taken: number[] = [];
  for (let step = 0; step < times; step++) {
    const started = performance.now();
    await ask(step);
    taken.push(performance.now() - started);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => Math.round(taken[Math.ceil(share * times) - 1]);
  return `${at(0.5)} ms, 95 %: ${at(0.95)}, longest ${at(1)}`;
}

function profiles(call: Call) {
  return call('profilesPage', { offset: 0, limit: 50, sort: { column: 'revenue', descending: true } });
}
