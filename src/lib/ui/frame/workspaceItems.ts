import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Pencil from '@lucide/svelte/icons/pencil';
import Trash2 from '@lucide/svelte/icons/trash-2';
import { m } from '$lib/paraglide/messages';
import { keeping, type Named } from '$lib/state/keeping.svelte';
import type { MenuItem } from '../Menu.svelte';
import { saveBlob } from '../saveFile';

/** What can be done with a workspace, open or not. */
export function workspaceItems(workspace: Named, isReadOnly = false): MenuItem[] {
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
