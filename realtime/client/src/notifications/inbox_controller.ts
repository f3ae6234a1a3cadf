import { Controller } from "@hotwired/stimulus";
import { live, type StreamEvent } from "../live/index.ts";
import type { InboxChanged } from "./events.ts";

/**
 * How much waits in the inbox, on every screen: follows the inbox without being anywhere, writes the
 * number wherever `data-inbox-count` stands, and says politely when something came in.
 */
export default class InboxController extends Controller<HTMLElement> {
  static values = { me: Number, head: Number, count: Number, url: String, words: Object };
  declare readonly meValue: number;
  declare readonly headValue: number;
  declare countValue: number;
  declare readonly urlValue: string;
  declare readonly wordsValue: Record<string, string>;

  readonly quiet = true;
  private stop: (() => void) | undefined;

  connect() {
    this.stop = live(this.meValue).watch(`inbox:${this.meValue}`, this.headValue, this);
  }

  disconnect() {
    this.stop?.();
  }

  event({ kind, payload }: StreamEvent) {
    if (kind === "inbox.changed") this.changed((payload as unknown as InboxChanged).unread);
  }

  /** What was told meanwhile is not kept: ask. */
  async reset() {
    const answer = await fetch(this.urlValue, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) this.changed(((await answer.json()) as InboxChanged).unread);
  }

  private changed(unread: number) {
    const before = this.countValue;
    this.countValue = unread;
    for (const place of document.querySelectorAll<HTMLElement>("[data-inbox-count]")) {
      place.hidden = unread === 0;
      const number = place.querySelector("[data-inbox-number]");
      if (number) number.textContent = String(unread);
    }
    if (unread > before) this.say(unread);
    window.dispatchEvent(new CustomEvent("inbox:changed"));
  }

  private say(unread: number) {
    const form = new Intl.PluralRules(document.documentElement.lang).select(unread);
    const words = this.wordsValue[form === "one" ? "one" : "other"] ?? "";
    const line = document.createElement("p");
    line.textContent = words.replace("%s", String(unread));
    this.element.replaceChildren(line);
  }
}
