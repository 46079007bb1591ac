import type { WorkspaceView } from '../work/operations/workspaces';
import type { StepFacts, ThreadStep } from './thread.svelte';

export interface NextStep {
  /** Names the message `shell_next_<id>` and its `_text`. */
  id: 'import' | 'review' | 'segment' | 'predict' | 'recommend' | 'audience' | 'export' | 'refresh_models';
  step: ThreadStep;
}

/** What to do next, the most useful first: what is wrong, what is out of date, then the thread's first gap. */
export function nextSteps(view: WorkspaceView, thread: Record<ThreadStep, StepFacts>): NextStep[] {
  if (!view.facts) return [{ id: 'import', step: 'data' }];
  const steps: NextStep[] = [];
  if (thread.data.state === 'problem') steps.push({ id: 'review', step: 'data' });
  if (thread.recommenders.state === 'stale') steps.push({ id: 'refresh_models', step: 'recommenders' });
  else if (thread.predictions.state === 'stale') steps.push({ id: 'refresh_models', step: 'predictions' });
  if (thread.segments.state === 'empty') steps.push({ id: 'segment', step: 'segments' });
  if (thread.recommenders.state === 'empty') steps.push({ id: 'recommend', step: 'recommenders' });
  if (thread.predictions.state === 'empty') steps.push({ id: 'predict', step: 'predictions' });
  if (thread.segments.count && thread.audiences.state === 'empty') steps.push({ id: 'audience', step: 'audiences' });
  if (thread.audiences.count && thread.exports.state === 'empty') steps.push({ id: 'export', step: 'exports' });
  if (thread.exports.count) steps.push({ id: 'export', step: 'exports' });
  return steps.slice(0, 3);
}
