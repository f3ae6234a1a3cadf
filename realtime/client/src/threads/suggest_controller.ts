import { Controller } from "@hotwired/stimulus";
import { emojiBy } from "../emoji/words.ts";
import { drawFace } from "./faces.ts";
import { type Choice, SuggestList } from "./suggest_list.ts";
import { type Trigger, triggerAt } from "./trigger.ts";

interface Suggested {
  rows: { kind: string; name: string; about: string; photo: string; id: number; words: string }[];
  unseen: string[];
}

const PATIENCE = 120; // ms without a key before the server is asked

/**
 * In a field: "@" offers who can be called in the conversation around it, ":" emoji by their words.
 * The conversation says where to ask (`data-suggest-url`) and in which words (`data-suggest-words`).
 */
export default class SuggestController extends Controller<HTMLTextAreaElement> {
  private list!: SuggestList;
  private trigger: Trigger | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked: AbortController | null = null;

  connect() {
    const { label = "", offered = "" } = this.words;
    this.list = new SuggestList(this.element, { label, offered }, (choice) => this.write(choice));
    this.element.addEventListener("input", this.look);
    this.element.addEventListener("click", this.look);
    this.element.addEventListener("blur", this.leave);
    this.element.addEventListener("keydown", this.keyed, { capture: true });
  }

  disconnect() {
    this.element.removeEventListener("input", this.look);
    this.element.removeEventListener("click", this.look);
    this.element.removeEventListener("blur", this.leave);
    this.element.removeEventListener("keydown", this.keyed, { capture: true });
    this.stop();
    this.list.remove();
  }

  private readonly keyed = (event: KeyboardEvent) => {
    if (!this.list.keyed(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  private readonly leave = () => this.stop();

  private readonly look = () => {
    const { value, selectionStart, selectionEnd } = this.element;
    this.stop(false);
    this.trigger = selectionStart === selectionEnd ? triggerAt(value, selectionStart) : null;
    if (!this.trigger || document.activeElement !== this.element) this.list.close();
    else if (this.trigger.sign === ":") void this.offerEmoji(this.trigger);
    else this.timer = setTimeout(() => void this.offerPeople(), PATIENCE);
  };

  private stop(closing = true) {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.asked = null;
    if (closing) this.list.close();
  }

  private async offerEmoji(trigger: Trigger) {
    const found = await emojiBy(trigger.typed).catch(() => []);
    if (this.trigger !== trigger) return;
    this.list.show(found.map(({ emoji, name }) => line(emoji, emoji, name, "", sign(emoji))));
  }

  private async offerPeople() {
    const trigger = this.trigger;
    const url = this.place?.dataset.suggestUrl;
    if (!trigger || !url) return;
    const told = await this.ask(`${url}?${new URLSearchParams({ q: trigger.typed })}`);
    if (this.trigger !== trigger || !told) return;
    this.list.show(told.rows.map(called), this.unseen(told.unseen));
  }

  /** Null when more was typed in the meantime, also in the middle of an answer, or when the line is down. */
  private async ask(address: string): Promise<Suggested | null> {
    this.asked = new AbortController();
    const { signal } = this.asked;
    try {
      const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, signal });
      return answer.ok ? ((await answer.json()) as Suggested) : null;
    } catch {
      return null;
    }
  }

  private unseen(names: string[]): string {
    if (!names.length) return "";
    return (this.words.unseen ?? "").replace("%s", names.join(", "));
  }

  private write({ words }: Choice) {
    if (!this.trigger) return;
    const { start, end } = this.trigger;
    const gap = /^\s/.test(this.element.value.slice(end)) ? "" : " ";
    this.element.setRangeText(`${words}${gap}`, start, end, "end");
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
    this.element.focus();
    this.list.close();
  }

  private get place(): HTMLElement | null {
    return this.element.closest<HTMLElement>("[data-suggest-url]");
  }

  private get words(): Record<string, string> {
    return JSON.parse(this.place?.dataset.suggestWords ?? "{}") as Record<string, string>;
  }
}

function called({ kind, name, about, photo, id, words }: Suggested["rows"][number]): Choice {
  if (kind === "team" || kind === "space")
    return line(`${kind}:${id}`, words, name, about, sign("@"));
  const face = document.createElement("span");
  face.className = "avatar avatar--small";
  face.setAttribute("aria-hidden", "true");
  drawFace(face, { id, name, photo, is_guest: kind === "guest" });
  return line(`${kind}:${id}`, words, name, about, face);
}

function line(id: string, words: string, name: string, about: string, face: Element): Choice {
  return { id, words, name, about, face };
}

function sign(text: string): Element {
  const face = document.createElement("span");
  face.className = "suggestions__sign";
  face.setAttribute("aria-hidden", "true");
  face.textContent = text;
  return face;
}
