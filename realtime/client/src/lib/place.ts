const GAP = 6;
const EDGE = 8;

/**
 * Put a floating box beside what opened it: under it, or over it where there is more room,
 * and always inside the window. Positions are fixed, in pixels.
 */
export function place(box: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const { clientWidth: wide, clientHeight: high } = document.documentElement;
  const below = high - at.bottom;
  const top = below >= height + GAP || below >= at.top ? at.bottom + GAP : at.top - height - GAP;
  box.style.insetBlockStart = `${within(top, high - height)}px`;
  box.style.insetInlineStart = `${within(at.left, wide - width)}px`;
  box.dataset.placed = "";
}

function within(value: number, most: number): number {
  return Math.max(EDGE, Math.min(value, most - EDGE));
}
