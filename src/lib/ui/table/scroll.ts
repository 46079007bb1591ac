/** Browsers draw no element higher than some 17 to 33 million pixels; above this, scrolling is scaled. */
const tallestPixels = 15_000_000;

export interface VisibleRows {
  /** Height of the scrolled body. */
  height: number;
  /** Rows [from, to) are drawn. */
  from: number;
  to: number;
  /** Pixels from the body's top to row `from`. */
  top: number;
}

/** Which rows lie in sight at a scroll position; with more rows than a page can be high, the position is a share. */
export function rowsInSight(total: number, rowHeight: number, scrollTop: number, viewHeight: number, spare = 6): VisibleRows {
  const full = total * rowHeight;
  const height = Math.min(full, tallestPixels);
  const scrollable = Math.max(1, height - viewHeight);
  const position = height === full ? scrollTop : (Math.min(scrollTop, scrollable) / scrollable) * (full - viewHeight);
  const from = Math.max(0, Math.floor(position / rowHeight) - spare);
  const to = Math.min(total, Math.ceil((position + viewHeight) / rowHeight) + spare);
  return { height, from, to, top: scrollTop - position + from * rowHeight };
}

/** The scroll position that brings a row into sight, or the present one where it is. */
export function scrollToRow(row: number, total: number, rowHeight: number, scrollTop: number, viewHeight: number): number {
  const full = total * rowHeight;
  const height = Math.min(full, tallestPixels);
  const scale = height === full ? 1 : (full - viewHeight) / Math.max(1, height - viewHeight);
  const position = scrollTop * scale;
  const above = row * rowHeight;
  if (above < position) return above / scale;
  if (above + rowHeight > position + viewHeight) return (above + rowHeight - viewHeight) / scale;
  return scrollTop;
}
