import Boxes from '@lucide/svelte/icons/boxes';
import FileUp from '@lucide/svelte/icons/file-up';
import Filter from '@lucide/svelte/icons/filter';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import Languages from '@lucide/svelte/icons/languages';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Moon from '@lucide/svelte/icons/moon';
import PackageCheck from '@lucide/svelte/icons/package-check';
import Redo2 from '@lucide/svelte/icons/redo-2';
import Sun from '@lucide/svelte/icons/sun';
import Undo2 from '@lucide/svelte/icons/undo-2';
import User from '@lucide/svelte/icons/user';
import type { Component } from 'svelte';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { m } from '$lib/paraglide/messages';
import { freshId } from '$lib/state/freshId';
import { languages, locale, locales } from '$lib/state/locale.svelte';
import { keeping } from '$lib/state/keeping.svelte';
import { preferences } from '$lib/state/preferences.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import { screens } from './screens';
import { workspaceItems } from './workspaceItems';

export interface Command {
  id: string;
  group: string;
  label: string;
  detail?: string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  href?: string;
  run?: () => void | Promise<void>;
}

const mostOfAKind = 6;

/** Places, actions and segments whose words contain the text; needs no worker. */
export function findCommands(text: string): Command[] {
  const wanted = text.trim().toLowerCase();
  return everything().filter(({ label, detail }) => `${label} ${detail ?? ''}`.toLowerCase().includes(wanted));
}

/** Customers and items, asked of the worker. */
export async function findPeopleAndThings(search: string): Promise<Command[]> {
  if (!workbench.view?.facts) return [];
  const ask = { search, offset: 0, limit: mostOfAKind };
  const [customers, items] = await Promise.all([
    workbench.call('profilesPage', ask, { replaces: 'palette-customers' }).catch(() => null),
    workbench.call('itemsPage', ask, { replaces: 'palette-items' }).catch(() => null),
  ]);
  const titleAt = items?.columns.indexOf('title') ?? -1;
  return [
    ...(customers?.rows ?? []).map((row) => ({
      id: `customer:${row[0]}`,
      group: m.shell_nav_customers(),
      label: String(row[0]),
      icon: User,
      href: `${resolve('/customers')}?customer=${encodeURIComponent(String(row[0]))}`,
    })),
    ...(items?.rows ?? []).map((row) => ({
      id: `item:${row[0]}`,
      group: m.shell_nav_items(),
      label: String(row[titleAt] ?? row[0]),
      detail: String(row[0]),
      icon: Boxes,
      href: `${resolve('/items')}?q=${encodeURIComponent(String(row[0]))}`,
    })),
  ];
}

function everything(): Command[] {
  const { history } = workbench;
  return [
    ...screens.map(({ path, label, icon }) => ({ id: path, group: m.shell_palette_places(), label: label(), icon, href: path })),
    { id: 'workspaces', group: m.shell_palette_places(), label: m.shell_all_workspaces(), icon: FolderOpen, href: resolve('/') },
    ...(workbench.plan?.segments ?? []).map((segment) => ({
      id: `segment:${segment.id}`,
      group: m.shell_nav_segments(),
      label: segment.name ?? segment.id,
      icon: Filter,
      href: `${resolve('/segments')}?segment=${encodeURIComponent(segment.id)}`,
    })),
    ...(workbench.view ? deeds() : []),
    {
      id: 'storage',
      group: m.shell_palette_actions(),
      label: m.keeping_storage(),
      icon: HardDrive,
      run: () => void (keeping.dialog = { what: 'storage' }),
    },
    ...(history.canUndo
      ? [{ id: 'undo', group: m.shell_palette_actions(), label: m.shell_undo(), icon: Undo2, run: () => history.undo() }]
      : []),
    ...(history.canRedo
      ? [{ id: 'redo', group: m.shell_palette_actions(), label: m.shell_redo(), icon: Redo2, run: () => history.redo() }]
      : []),
    ...locales
      .filter((each) => each !== locale.current)
      .map((each) => ({
        id: `locale:${each}`,
        group: m.shell_palette_actions(),
        label: languages[each].name,
        icon: Languages,
        run: () => locale.set(each),
      })),
    {
      id: 'light',
      group: m.shell_palette_actions(),
      label: m.shell_theme_light(),
      icon: Sun,
      run: () => void (preferences.theme = 'light'),
    },
    { id: 'dark', group: m.shell_palette_actions(), label: m.shell_theme_dark(), icon: Moon, run: () => void (preferences.theme = 'dark') },
  ];
}

/** What is done most often, each in the screen where it is done. */
function deeds(): Command[] {
  const group = m.shell_palette_actions();
  const hasData = Boolean(workbench.view?.facts);
  return [
    { id: 'import', group, label: m.shell_do_import(), icon: FileUp, href: resolve('/data') },
    ...(hasData && !workbench.isReadOnly
      ? [
          { id: 'new-segment', group, label: m.shell_do_segment(), icon: Filter, run: newSegment },
          { id: 'new-audience', group, label: m.shell_do_audience(), icon: Megaphone, href: `${resolve('/audiences')}?from=everyone` },
        ]
      : []),
    ...(hasData ? [{ id: 'export', group, label: m.shell_do_export(), icon: PackageCheck, href: resolve('/exports') }] : []),
    ...ofWorkspace(),
  ];
}

/** Renaming, copying, saving as a file and deleting what is open. */
function ofWorkspace(): Command[] {
  const { view, plan, isReadOnly } = workbench;
  if (!view || !plan) return [];
  return workspaceItems({ id: view.entry.id, name: plan.name }, isReadOnly).flatMap(({ label, icon, disabled, onselect }, i) =>
    disabled
      ? []
      : [
          {
            id: `workspace:${i}`,
            group: m.shell_palette_actions(),
            label: m.keeping_command({ what: label, name: plan.name }),
            icon,
            run: onselect,
          },
        ],
  );
}

/** Everyone, to be narrowed in the editor that opens. */
async function newSegment(): Promise<void> {
  const segments = workbench.plan?.segments ?? [];
  const name = m.shell_do_segment_name({ n: segments.length + 1 });
  const id = freshId(
    name,
    segments.map((segment) => segment.id),
  );
  workbench.edit((plan) => ({ ...plan, segments: [...plan.segments, { id, name, rule: { all: [] } }] }));
  await goto(`${resolve('/segments')}?segment=${encodeURIComponent(id)}`);
}
