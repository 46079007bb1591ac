import Boxes from '@lucide/svelte/icons/boxes';
import ChartNoAxesColumn from '@lucide/svelte/icons/chart-no-axes-column';
import Database from '@lucide/svelte/icons/database';
import Filter from '@lucide/svelte/icons/filter';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Megaphone from '@lucide/svelte/icons/megaphone';
import PackageCheck from '@lucide/svelte/icons/package-check';
import Sparkles from '@lucide/svelte/icons/sparkles';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import { resolve } from '$app/paths';
import { m } from '$lib/paraglide/messages';
import type { ThreadStep } from '$lib/state/thread.svelte';

export interface Place {
  /** null for the overview, which is no step of its own. */
  step: ThreadStep | null;
  path: string;
  label: () => string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
}

/** The screens in data order. */
export const places: readonly Place[] = [
  { step: null, path: resolve('/overview'), label: m.shell_nav_overview, icon: LayoutDashboard },
  { step: 'data', path: resolve('/data'), label: m.shell_nav_data, icon: Database },
  { step: 'customers', path: resolve('/customers'), label: m.shell_nav_customers, icon: Users },
  { step: 'items', path: resolve('/items'), label: m.shell_nav_items, icon: Boxes },
  { step: 'segments', path: resolve('/segments'), label: m.shell_nav_segments, icon: Filter },
  { step: 'recommenders', path: resolve('/recommenders'), label: m.shell_nav_recommenders, icon: Sparkles },
  { step: 'predictions', path: resolve('/predictions'), label: m.shell_nav_predictions, icon: ChartNoAxesColumn },
  { step: 'audiences', path: resolve('/audiences'), label: m.shell_nav_audiences, icon: Megaphone },
  { step: 'exports', path: resolve('/exports'), label: m.shell_nav_exports, icon: PackageCheck },
];
