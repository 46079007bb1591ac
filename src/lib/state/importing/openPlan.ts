import { m } from '$lib/paraglide/messages';
import { joinPlan } from '$lib/core/plan/joinPlan';
import type { Plan } from '$lib/core/plan/schema';
import { toasts } from '../toasts.svelte';
import type { Workbench } from '../workbench.svelte';

/**
 * Segments, models and what follows from them come into the workspace's plan, in one step to undo; the files that the plan
 * is of are named, and chosen as any.
 */
export function openPlan(bench: Pick<Workbench, 'view' | 'edit' | 'history'>, plan: Plan): void {
  const { view, history } = bench;
  bench.edit((present) => joinPlan(present, plan, view?.facts != null));
  history.endStep();
  const files = plan.sources.flatMap((source) => source.files);
  const values = { name: plan.name, segments: plan.segments.length, models: plan.models.length, audiences: plan.audiences.length };
  const said = files.length > 0 ? m.pages_plan_opened_files({ ...values, files: files.join(', ') }) : m.pages_plan_opened(values);
  toasts.show(said, { action: { label: m.segments_undo(), run: () => history.undo() } });
}
