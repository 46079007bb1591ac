import type { FileInput } from '../../src/lib/core/schema/files';
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

const rule = {
  all: [
    { trait: 'orders', atLeast: 1 },
    { event: 'product_viewed', atLeast: 3, withinDays: 90 },
    { not: { event: 'order_completed', withinDays: 30 } },
  ],
};

function profiles(call: Call) {
  return call('profilesPage', { offset: 0, limit: 50, sort: { column: 'revenue', descending: true } });
}
