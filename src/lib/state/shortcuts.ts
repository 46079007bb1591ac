export interface ShortcutActions {
  palette: () => void;
  undo: () => void;
  redo: () => void;
}

/** Ctrl-K (or ⌘K), Ctrl-Z, Ctrl-Shift-Z and Ctrl-Y; undo inside a text box stays the box's own. */
export function shortcuts(event: KeyboardEvent, actions: ShortcutActions): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'k') run(event, actions.palette);
  else if (isTextBox(event.target)) return;
  else if (key === 'z' && event.shiftKey) run(event, actions.redo);
  else if (key === 'z') run(event, actions.undo);
  else if (key === 'y') run(event, actions.redo);
}

function run(event: KeyboardEvent, action: () => void): void {
  event.preventDefault();
  action();
}

function isTextBox(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isInput = target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return isInput || target instanceof HTMLTextAreaElement || target.isContentEditable;
}
