import { expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { addDays } from '$lib/core/schema/asOf';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { fileOf } from '../import/support';

/** 40 regulars, who order every few days, and 40 who ordered once for little. */
function orders(): string {
  const random = new Random(3);
  const lines = ['user,item,time,price'];
  for (let n = 0; n < 80; n++) {
    let day = random.below(10);
    do {
      lines.push(`c${String(n).padStart(2, '0')},tea,${addDays('2026-01-01', day)} 10:00:00,${(n % 2 === 0 ? 40 : 5) + random.below(9)}`);
      day += 4 + random.below(5);
    } while (n % 2 === 0 && day < 100);
  }
  return `${lines.join('\n')}\n`;
}

it('shows regulars and the others apart on either map, each with their cluster, and the same map when asked again', async () => {
  const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  const file = fileOf(orders());
  const { mapping } = await operations.sourceInspect({ file }, context);
  const events = { ...mapping, defaultEvent: 'order_completed' };
  await operations.sourceImport({ file, sourceId: 'orders', mapping: events, mode: 'replace' }, context);
  const target = { traits: ['orders', 'revenue', 'daysSinceLastOrder'] };
  await operations.predictionTrain(
    { model: { id: 'kinds', kind: 'prediction', task: 'clusters', options: { method: 'kmeans', k: 2 }, target } },
    context,
  );
  for (const way of ['pca', 'umap'] as const) {
    const map = await operations.peopleMap({ model: 'kinds', way }, context);
    expect([map.users.length, map.of, map.groupCount]).toEqual([80, 80, 2]);
    const ids = await operations.idsOfUsers({ users: map.users }, context);
    // The first cluster is that of the most orders.
    expect(ids.map((id) => Number(id.slice(1)) % 2)).toEqual([...map.groups]);
    const middle = (group: number, of: Float32Array) => {
      const own = of.filter((_, at) => map.groups[at] === group);
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    const apart = Math.hypot(middle(0, map.x) - middle(1, map.x), middle(0, map.y) - middle(1, map.y));
    const widest = Math.max(
      ...[0, 1].flatMap((group) => Array.from(map.x, (x, at) => (map.groups[at] === group ? Math.abs(x - middle(group, map.x)) : 0))),
    );
    expect(apart).toBeGreaterThan(widest);
    expect(await operations.peopleMap({ model: 'kinds', way }, context)).toEqual(map);
  }
});
