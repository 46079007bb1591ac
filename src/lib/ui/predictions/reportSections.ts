import type { Component } from 'svelte';
import type { SectionKind } from '$lib/core/predictions/report';
import CalibrationSection from './sections/CalibrationSection.svelte';
import ClustersSection from '../segmentations/clusters/ClustersSection.svelte';
import DependenceSection from './sections/DependenceSection.svelte';
import DiagnosticsSection from './sections/DiagnosticsSection.svelte';
import DriversSection from './sections/DriversSection.svelte';
import GainsSection from './sections/GainsSection.svelte';
import LiftSection from './sections/LiftSection.svelte';
import LossesSection from './sections/LossesSection.svelte';
import OutputsSection from './sections/OutputsSection.svelte';
import RankingSection from './sections/RankingSection.svelte';
import ShapSection from './sections/ShapSection.svelte';
import WindowsSection from './sections/WindowsSection.svelte';
import type { SectionProps } from './sectionProps';

interface Drawn<K extends SectionKind> {
  component: Component<SectionProps<K>>;
  /** It takes the whole width. */
  wide?: boolean;
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
  windows: { component: WindowsSection, wide: true },
};
