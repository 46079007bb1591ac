import type { PlanAudience } from '$lib/core/plan/schema';

/** What every section of the editor is given. */
export interface AudienceSectionProps {
  audience: PlanAudience;
  /** `key` names what is changed, so that typing is one step of undo. */
  onchange: (part: Partial<PlanAudience>, key: string) => void;
}
