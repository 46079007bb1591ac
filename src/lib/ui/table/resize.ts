/** Lets a header's handle be dragged: `put` is told the column's new width until the pointer is released. */
export function startResize(event: PointerEvent, widthBefore: number, put: (width: number) => void): void {
  event.preventDefault();
  event.stopPropagation();
  const handle = event.currentTarget as HTMLElement;
  const startX = event.clientX;
  handle.setPointerCapture(event.pointerId);
  handle.onpointermove = (move) => put(widthBefore + move.clientX - startX);
  handle.onpointerup = handle.onpointercancel = () => (handle.onpointermove = null);
}
