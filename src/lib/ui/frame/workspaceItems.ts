import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Pencil from '@lucide/svelte/icons/pencil';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { Component } from 'svelte';
import { m } from '$lib/paraglide/messages';
import { keeping, type Named } from '$lib/state/keeping.svelte';
import { saveBlob } from '../saveFile';

/** An entry of a menu, and of the palette. */
export interface WorkspaceItem {
  label: string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  danger?: boolean;
  disabled?: boolean;
  movesFocus?: boolean;
  onselect: () => void;
}

/** What can be done with a workspace, open or not. */
export function workspaceItems(workspace: Named, isReadOnly = false): WorkspaceItem[] {
  return [
    {
      label: m.keeping_rename(),
      icon: Pencil,
      disabled: isReadOnly,
      movesFocus: true,
      onselect: () => (keeping.dialog = { what: 'rename', workspace }),
    },
    { label: m.keeping_duplicate(), icon: Copy, onselect: () => void keeping.duplicate(workspace) },
    { label: m.keeping_export(), icon: Download, onselect: () => void keeping.exportFile(workspace, saveBlob) },
    { label: m.keeping_delete(), icon: Trash2, danger: true, disabled: isReadOnly, onselect: () => void keeping.remove(workspace) },
  ];
}
