import { Controller } from "@hotwired/stimulus";

const WRITING = "input, textarea, select, [contenteditable], emoji-picker";

/**
 * Single keys, where nobody is writing: `?` shows them, `j` and `k` walk through the rows of a
 * list (`data-rows`) from the first or the last in sight, and any other key presses the button that names it (`data-key="r"`), in the
 * row where one is before anywhere else.
 */
export default class KeysController extends Controller<HTMLElement> {
  static targets = ["help"];
  declare readonly helpTarget: HTMLDialogElement;
  declare readonly hasHelpTarget: boolean;

  pressed(event: KeyboardEvent) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as Element).closest?.(WRITING) || document.querySelector("dialog[open]")) {
      return;
    }
    if (this.act(event.key)) event.preventDefault();
  }

  help() {
    if (this.hasHelpTarget) this.helpTarget.showModal();
  }

  closeHelp() {
    this.helpTarget.close();
  }

  beside(event: MouseEvent) {
    if (event.target === this.helpTarget) this.closeHelp();
  }

  /** Whether the key meant anything here. */
  private act(key: string): boolean {
    if (key === "?") this.help();
    else if (key === "j") return this.step(1);
    else if (key === "k") return this.step(-1);
    else return this.press(key);
    return true;
  }

  private step(by: number): boolean {
    const rows = [...document.querySelectorAll<HTMLElement>("[data-rows]")].flatMap(rowsOf);
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    const here = focused >= 0 ? focused : rows.findIndex((row) => "cursor" in row.dataset);
    const next =
      here < 0 ? inSight(rows, by) : rows[Math.max(0, Math.min(here + by, rows.length - 1))];
    if (!next) return false;
    for (const row of rows) row.toggleAttribute("data-cursor", row === next);
    const inside = next.querySelector<HTMLElement>("a[href], button");
    (next.matches("a[href], [tabindex]") ? next : inside)?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  private press(key: string): boolean {
    if (!/^[a-z]$/.test(key)) return false;
    const here = document.activeElement?.closest("[data-rows] > *");
    const row = here ?? document.querySelector("[data-cursor]");
    const selector = `[data-key="${key}"]`;
    const button = row?.querySelector<HTMLElement>(selector) ?? this.only(selector);
    button?.click();
    return Boolean(button);
  }

  /** Outside the rows, a key may press only what it cannot mistake. */
  private only(selector: string): HTMLElement | null {
    const found = document.querySelectorAll<HTMLElement>(`:not([data-rows] *)${selector}`);
    return found.length === 1 ? (found[0] ?? null) : null;
  }
}

/** The rows of a list that one can be on: what stands between them, a day or a way to more, is stepped over. */
function rowsOf(list: HTMLElement): HTMLElement[] {
  const all = [...list.children] as HTMLElement[];
  const own = all.filter((row) => row.matches("a[href], [tabindex]"));
  return own.length ? own : all.filter((row) => row.querySelector("a[href], button"));
}

/** Where a walk begins: at the first row in sight, backwards at the last; without any at that end of the list. */
function inSight(rows: HTMLElement[], by: number): HTMLElement | undefined {
  const isSeen = (row: HTMLElement) => {
    const { top, left, width } = row.getBoundingClientRect();
    const shown = document.elementFromPoint?.(left + width / 2, top + 1); // something may lie over it
    return top >= 0 && top < innerHeight && (!shown || row.contains(shown));
  };
  return by > 0 ? (rows.find(isSeen) ?? rows[0]) : (rows.findLast(isSeen) ?? rows.at(-1));
}
