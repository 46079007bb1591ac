import BookOpen from '@lucide/svelte/icons/book-open';
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

/** An entry of the navigation. A screen is its route, one of these lines, and the operations it asks. */
export interface Screen {
  path: string;
  label: () => string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  /** Screens of the thread from data to files are a step of it, with a state and a number; others are none. */
  step?: ThreadStep;
  /** Above the thread, in it, or below it. */
  place: 'start' | 'thread' | 'beside';
  /** In the bar of a phone, which has room for four; the others wait behind "More" there. */
  first?: true;
}

/** The screens in data order, then those that stand beside the thread. */
export const screens: readonly Screen[] = [
  { path: resolve('/overview'), label: m.shell_nav_overview, icon: LayoutDashboard, place: 'start', first: true },
  { path: resolve('/data'), label: m.shell_nav_data, icon: Database, step: 'data', place: 'thread', first: true },
  { path: resolve('/customers'), label: m.shell_nav_customers, icon: Users, step: 'customers', place: 'thread', first: true },
  { path: resolve('/items'), label: m.shell_nav_items, icon: Boxes, step: 'items', place: 'thread' },
  { path: resolve('/segments'), label: m.shell_nav_segments, icon: Filter, step: 'segments', place: 'thread', first: true },
  { path: resolve('/recommenders'), label: m.shell_nav_recommenders, icon: Sparkles, step: 'recommenders', place: 'thread' },
  { path: resolve('/predictions'), label: m.shell_nav_predictions, icon: ChartNoAxesColumn, step: 'predictions', place: 'thread' },
  { path: resolve('/audiences'), label: m.shell_nav_audiences, icon: Megaphone, step: 'audiences', place: 'thread' },
  { path: resolve('/exports'), label: m.shell_nav_exports, icon: PackageCheck, step: 'exports', place: 'thread' },
  { path: resolve('/dictionary'), label: m.shell_nav_dictionary, icon: BookOpen, place: 'beside' },
];
