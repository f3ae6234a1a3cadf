/** What of a conversation is in sight: between the top of what scrolls and the place where one writes. */

/** The edges of what is in sight, in pixels of the window. */
export function edgesOf(
  scroller: HTMLElement,
  foot: Element | null,
): { top: number; bottom: number } {
  const isPage = scroller === document.documentElement;
  const { top, bottom } = isPage
    ? { top: 0, bottom: innerHeight }
    : scroller.getBoundingClientRect();
  const covered = foot?.getBoundingClientRect().top ?? bottom;
  return { top: Math.max(0, top), bottom: Math.min(innerHeight, bottom, covered) };
}

/** The first row of which something is in sight. */
export function rowInSight(scroller: HTMLElement, rows: HTMLElement[]): HTMLElement | null {
  const { top } = edgesOf(scroller, null);
  return rows.find((row) => row.getBoundingClientRect().bottom > top) ?? rows.at(-1) ?? null;
}

/** The last row of which the end was come to; null for none, and where the rows are not drawn. */
export function lastRowRead(
  scroller: HTMLElement,
  foot: Element | null,
  rows: HTMLElement[],
): HTMLElement | null {
  const { bottom } = edgesOf(scroller, foot);
  const isRead = (row: HTMLElement) => {
    const edges = row.getBoundingClientRect();
    return edges.height > 0 && edges.bottom <= bottom + 1;
  };
  return rows.findLast(isRead) ?? null;
}
