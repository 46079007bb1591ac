const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Arrow keys in a table of buttons that is one stop of the Tab key: each button says where it is with `data-row` and
 * `data-column`, rows counted from the top. The button that takes the focus becomes the stop (`onfocus`).
 */
export function walkGrid(event: KeyboardEvent): void {
  const step = steps[event.key];
  const { row, column } = (event.target as HTMLElement).dataset;
  if (!step || row === undefined || column === undefined) return;
  event.preventDefault();
  const place = `[data-row="${Number(row) + step[0]}"][data-column="${Number(column) + step[1]}"]`;
  (event.currentTarget as HTMLElement).querySelector<HTMLElement>(place)?.focus();
}
