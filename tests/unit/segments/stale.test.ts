import { expect, it } from 'vitest';
import { planSchema } from '$lib/core/plan/schema';
import { seedDefinition } from '$lib/core/predictions/seed';
import { staleGround } from '$lib/ui/segments/insight/stale';
import type { WorkspaceView } from '$lib/work/operations/workspaces';

it('a likeness is out of date when the rule of its seed has changed, and not before', () => {
  const plan = planSchema.parse({
    muster: 2,
    name: 'Tea',
    segments: [{ id: 'regulars', rule: { trait: 'orders', atLeast: 5 } }],
    models: [{ id: 'like', kind: 'prediction', task: 'lookalike', target: { segment: 'regulars' } }],
  });
  const asOf = '2026-11-01T00:00:00';
  const report = {
    modelId: 'like',
    task: 'lookalike',
    learner: null,
    protocol: {
      target: { segment: 'regulars' },
      options: { way: 'traits', heldOutPercent: 25 },
      seed: 1,
      asOf,
      dataHash: 'october',
      segment: seedDefinition(plan.segments, 'regulars'),
    },
  };
  // Only what staleness reads of a workspace.
  const view = {
    facts: { dataHash: 'october', lastEvent: '2026-10-31T20:00:00Z' },
    asOf,
    predictionReports: [report],
  } as unknown as WorkspaceView;
  const rule = { trait: 'score:like', topPercent: 10 };
  expect(staleGround(view, plan, rule).models).toEqual([]);
  const changed = { ...plan, segments: [{ id: 'regulars', rule: { trait: 'orders', atLeast: 6 } }] };
  expect(staleGround(view, changed, rule).models).toEqual(['like']);
});
