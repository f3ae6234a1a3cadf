/** Puts a box under the caret, or above it where there is no room; always on the screen. */
export function besideCaret(
  box: HTMLElement,
  at: { left: number; top: number; bottom: number },
): void {
  const { width, height } = box.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const high = globalThis.visualViewport?.height ?? clientHeight;
  const isBelow = at.bottom + height + 8 < high || at.top < high / 2;
  box.style.insetBlockStart = `${isBelow ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`;
  box.style.insetInlineStart = `${Math.max(8, Math.min(at.left, clientWidth - width - 8))}px`;
}
