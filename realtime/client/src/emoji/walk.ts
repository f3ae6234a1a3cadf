const EMOJI = ".emoji-menu > button";
const ALONG: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
const ACROSS: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };

/** Lets the arrows walk through the emoji of a picker: down from the search, up from the first line back to it. */
export function walkByArrows(picker: HTMLElement): void {
  picker.shadowRoot?.addEventListener("keydown", (event) => {
    const key = event as KeyboardEvent;
    const next = key.defaultPrevented ? null : nextOf(key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/** The search field of a picker. */
export function searchOf(root: ParentNode | null): HTMLElement | null {
  return root?.querySelector<HTMLElement>("#search") ?? null;
}

function nextOf({ key, target }: KeyboardEvent): HTMLElement | null {
  const from = target as HTMLElement;
  const root = from.getRootNode() as ParentNode;
  if (from === searchOf(root)) {
    const isSearching = Boolean((from as HTMLInputElement).value); // then the picker walks through what it finds
    return key === "ArrowDown" && !isSearching ? root.querySelector(EMOJI) : null;
  }
  if (!from.matches(EMOJI)) return null;
  const here = from.closest(".tabpanel, .favorites");
  const all = [...(here?.querySelectorAll<HTMLElement>(EMOJI) ?? [])];
  const at = all.indexOf(from);
  if (ALONG[key]) return all[at + ALONG[key]] ?? null;
  if (!ACROSS[key]) return null;
  return nearest(all, from, ACROSS[key]) ?? (key === "ArrowUp" ? searchOf(root) : null);
}

/** The emoji of the next line that stands straight above (-1) or below (1). */
function nearest(all: HTMLElement[], from: HTMLElement, way: number): HTMLElement | undefined {
  const at = from.getBoundingClientRect();
  const others = all
    .map((emoji) => ({ emoji, box: emoji.getBoundingClientRect() }))
    .filter(({ box }) => (box.top - at.top) * way > at.height / 2);
  const line = Math.min(...others.map(({ box }) => (box.top - at.top) * way));
  return others
    .filter(({ box }) => (box.top - at.top) * way < line + at.height / 2)
    .sort((a, b) => Math.abs(a.box.left - at.left) - Math.abs(b.box.left - at.left))[0]?.emoji;
}
