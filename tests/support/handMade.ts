import { planSchema, type Plan } from '../../src/lib/core/plan/schema';
import { planVersion } from '../../src/lib/core/plan/version';
import type { DatasetFacts } from '../../src/lib/core/schema/canonical';
import type { DatasetVersion } from '../../src/lib/core/store/dataset/version';
import type { Desk } from '../../src/lib/work/desk';
import { emptyState, type WorkspaceState } from '../../src/lib/work/workspace';
import { plainTables } from './scope';

/** Opens a workspace over tables that a test made by hand under the plain names (see openTinyShop). */
export async function openHandMade(desk: Desk, plan: Partial<Plan>, facts: Partial<DatasetFacts>): Promise<WorkspaceState> {
  const entry = { id: 'hand-made', name: 'By hand', createdAt: '', savedAt: '', users: 0, events: 0, bytes: 0 };
  const whole = planSchema.parse({ muster: planVersion, name: 'By hand', ...plan });
  const { timeZone, currency, sources } = whole;
  const version = {
    key: 'hand-made',
    tables: plainTables,
    facts: { dataHash: 'hand-made', eventCounts: [], userNumbers: facts.users, itemNumbers: facts.items, ...facts },
    sources: [],
    ids: { users: { size: 0, parts: [] }, items: { size: 0, parts: [] } },
    people: null,
  } as unknown as DatasetVersion;
  const data = { version, sources, timeZone, currency, reports: new Map(), shipped: false };
  return desk.switchTo(async () => ({ state: { ...emptyState(entry, whole), data } }));
}
