/** Where one is in something that scrolls: the page, or the column a conversation stands in. */

const NEAR = 120;

/** The nearest ancestor that scrolls by itself, else the page. */
export function scrollerOf(element: Element): HTMLElement {
  for (let up = element.parentElement; up; up = up.parentElement) {
    const { overflowY } = getComputedStyle(up);
    if ((overflowY === "auto" || overflowY === "scroll") && up.scrollHeight > up.clientHeight) {
      return up;
    }
  }
  return document.documentElement;
}

/** Whether the end of what scrolls is in sight, give or take a few lines. */
export function isAtEnd(scroller: HTMLElement): boolean {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
}

/** Go to the end, at once. */
export function goToEnd(scroller: HTMLElement): void {
  scroller.scrollTop = scroller.scrollHeight;
}

/** Change the content above without moving what is being read. */
export function keepPlace(scroller: HTMLElement, change: () => void): void {
  const below = scroller.scrollHeight - scroller.scrollTop;
  change();
  scroller.scrollTop = scroller.scrollHeight - below;
}
