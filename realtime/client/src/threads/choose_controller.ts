import { Controller } from "@hotwired/stimulus";

/**
 * Choosing messages to move: a box on each row, reached with Tab or pressed with `x` on the row
 * where one is, and a bar that says how many are chosen. Escape ends it. Without it, the link
 * leads to a page with the same boxes.
 */
export default class ChooseController extends Controller<HTMLElement> {
  static values = { url: String };
  declare readonly urlValue: string;

  private list: HTMLElement | null = null;
  private bar: HTMLElement | null = null;
  private watcher: MutationObserver | undefined;

  disconnect() {
    this.end();
  }

  begin(event: Event) {
    this.list = document.querySelector(".thread__messages");
    this.bar = document.querySelector("[data-choosing]");
    if (!this.list || !this.bar) return;
    event.preventDefault();
    this.bar.hidden = false;
    this.bar.querySelector("button")?.addEventListener("click", this.end, { once: true });
    this.list.addEventListener("change", this.count);
    document.addEventListener("keydown", this.escape);
    this.watcher = new MutationObserver(() => this.boxes());
    this.watcher.observe(this.list, { childList: true });
    this.boxes();
    this.count();
    const boxes = this.list.querySelectorAll<HTMLElement>(".message__choose input");
    boxes[boxes.length - 1]?.focus();
  }

  private readonly end = () => {
    this.watcher?.disconnect();
    document.removeEventListener("keydown", this.escape);
    this.list?.removeEventListener("change", this.count);
    for (const box of this.list?.querySelectorAll(".message__choose") ?? []) box.remove();
    if (this.bar) this.bar.hidden = true;
    this.list = null;
  };

  private readonly escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    this.end();
    this.element.focus();
  };

  /** A box on every row that can be moved and has none. */
  private boxes() {
    const box = this.bar?.querySelector("template")?.content;
    const rows =
      this.list?.querySelectorAll<HTMLElement>(
        "li[data-id]:not(.message--deleted, [data-opening])",
      ) ?? [];
    for (const row of rows) {
      if (box && !row.querySelector(".message__choose")) row.prepend(box.cloneNode(true));
    }
    this.count();
  }

  private readonly count = () => {
    const chosen = this.chosen();
    const said = this.bar?.querySelector("p");
    const go = this.bar?.querySelector("a");
    if (!said || !go) return;
    const { none = "", one = "", many = "" } = said.dataset;
    const words = chosen.length === 0 ? none : chosen.length === 1 ? one : many;
    const text = words.replace("%s", String(chosen.length));
    if (said.textContent !== text) said.textContent = text;
    go.hidden = chosen.length === 0;
    go.href = `${this.urlValue}?${new URLSearchParams(chosen.map((id) => ["m", id]))}`;
  };

  private chosen(): string[] {
    const rows = this.list?.querySelectorAll<HTMLElement>(
      "li[data-id]:has(.message__choose :checked)",
    );
    return [...(rows ?? [])].map((row) => row.dataset.id ?? "");
  }
}
