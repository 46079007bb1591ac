import type { PredictionReport, ReportSection, SectionKind } from '$lib/core/predictions/report';

/** What a section's component is given: the section, and the report for what is said elsewhere in it. */
export interface SectionProps<K extends SectionKind> {
  section: Extract<ReportSection, { kind: K }>;
  report: PredictionReport;
  /** Somebody wants an audience of the members of this segment, which was just made. */
  onaudience?: (segment: string) => void;
}
