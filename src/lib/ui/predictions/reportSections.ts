import type { Component } from 'svelte';
import type { SectionKind } from '$lib/core/predictions/report';
import AmountsSection from './sections/AmountsSection.svelte';
import CalibrationSection from './sections/CalibrationSection.svelte';
import ClustersSection from '../segmentations/clusters/ClustersSection.svelte';
import CurvesSection from './sections/CurvesSection.svelte';
import DepthSection from './sections/DepthSection.svelte';
import DependenceSection from './sections/DependenceSection.svelte';
import DiagnosticsSection from './sections/DiagnosticsSection.svelte';
import DriftSection from './sections/DriftSection.svelte';
import DriversSection from './sections/DriversSection.svelte';
import GainsSection from './sections/GainsSection.svelte';
import HeldOutSection from './sections/HeldOutSection.svelte';
import LifetimeSection from './sections/LifetimeSection.svelte';
import HorizonsSection from './sections/HorizonsSection.svelte';
import LiftSection from './sections/LiftSection.svelte';
import LossesSection from './sections/LossesSection.svelte';
import OutputsSection from './sections/OutputsSection.svelte';
import RankingSection from './sections/RankingSection.svelte';
import TrackingSection from './sections/TrackingSection.svelte';
import SegmentQualitySection from './sections/SegmentQualitySection.svelte';
import StabilitySection from './sections/StabilitySection.svelte';
import RandomisationSection from './sections/RandomisationSection.svelte';
import UpliftSection from './sections/UpliftSection.svelte';
import UpliftSegmentsSection from './sections/UpliftSegmentsSection.svelte';
import UpliftTenthsSection from './sections/UpliftTenthsSection.svelte';
import ShapSection from './sections/ShapSection.svelte';
import WindowsSection from './sections/WindowsSection.svelte';
import type { SectionProps } from './sectionProps';

interface Drawn<K extends SectionKind> {
  component: Component<SectionProps<K>>;
  /** It takes the whole width. */
  wide?: boolean;
  /** It stands before all others: what somebody came for. */
  leads?: boolean;
}

/** How each kind of section is drawn: a new kind is one component and one line. */
export const reportSections: { [K in SectionKind]: Drawn<K> } = {
  ranking: { component: RankingSection, wide: true },
  clusters: { component: ClustersSection, wide: true },
  lift: { component: LiftSection, wide: true },
  diagnostics: { component: DiagnosticsSection, wide: true },
  outputs: { component: OutputsSection, wide: true },
  gains: { component: GainsSection },
  calibration: { component: CalibrationSection },
  drivers: { component: DriversSection },
  shap: { component: ShapSection, wide: true },
  dependence: { component: DependenceSection, wide: true },
  losses: { component: LossesSection },
  lifetime: { component: LifetimeSection, wide: true },
  tracking: { component: TrackingSection, wide: true },
  heldOut: { component: HeldOutSection, wide: true },
  windows: { component: WindowsSection, wide: true },
  curves: { component: CurvesSection, wide: true },
  depth: { component: DepthSection, wide: true, leads: true },
  stability: { component: StabilitySection, wide: true },
  'segment-quality': { component: SegmentQualitySection, wide: true },
  drift: { component: DriftSection },
  amounts: { component: AmountsSection, wide: true },
  horizons: { component: HorizonsSection, wide: true },
  uplift: { component: UpliftSection, wide: true },
  'uplift-tenths': { component: UpliftTenthsSection },
  'uplift-segments': { component: UpliftSegmentsSection, wide: true },
  randomisation: { component: RandomisationSection, wide: true },
};
