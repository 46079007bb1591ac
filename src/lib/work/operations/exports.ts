import type { Operation } from './context';
import type { PlanAudience } from '../../core/plan/schema';
import type { Manifest } from '../../core/exports/types';
import type { Page } from './profiles';

/** Who is in an audience and how it came to that: steps from the segment through consent and `top`. */
export const audiencePreview: Operation<
  { audience: PlanAudience; limit: number },
  { members: number; steps: { step: string; left: number }[]; sample: Page }
> = notBuilt;

/** Everything under the plan's `exports`, made now: one zip with the files, the plan and the manifest. */
export const exportsRun: Operation<void, { fileName: string; zip: Uint8Array; manifest: Manifest }> = notBuilt;

function notBuilt(): Promise<never> {
  throw new Error('not built yet');
}
