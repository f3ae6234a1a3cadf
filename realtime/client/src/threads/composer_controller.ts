import { Controller } from "@hotwired/stimulus";
import { Draft } from "./drafts.ts";
import { continueList, markSelection, prefixLines, quote } from "./writing.ts";

/** What the composer tells when somebody sends: `composer:say`. */
export interface Say {
  words: string;
  replyTo: number | null;
}

/**
 * Where a message is written. What is typed is kept on this device until it is sent; without a
 * script the form does the same by itself. Tells `composer:say`, `composer:typing` and `composer:last`
 * (the person wants to change their last message).
 */
export default class ComposerController extends Controller<HTMLFormElement> {
  static targets = ["body", "context", "contextWords", "error"];
  static values = { thread: Number, me: Number, empty: String };
  declare readonly bodyTarget: HTMLTextAreaElement;
  declare readonly contextTarget: HTMLElement;
  declare readonly contextWordsTarget: HTMLElement;
  declare readonly errorTarget: HTMLElement;
  declare readonly threadValue: number;
  declare readonly meValue: number;
  declare readonly emptyValue: string;

  private draft!: Draft;

  connect() {
    this.draft = new Draft(this.meValue, this.threadValue);
    const kept = this.draft.read();
    if (kept && !this.bodyTarget.value) this.fill(kept);
  }

  send(event: SubmitEvent) {
    event.preventDefault();
    const words = this.bodyTarget.value;
    this.complain(words.trim() ? "" : this.emptyValue);
    if (!words.trim()) return;
    const replyTo = Number(this.answered.value) || null;
    this.fill("");
    this.dropContext();
    this.dispatch("say", { detail: { words, replyTo } satisfies Say });
  }

  typed() {
    this.draft.keep(this.bodyTarget.value);
    if (this.bodyTarget.value.trim()) this.dispatch("typing");
  }

  keyed(event: KeyboardEvent) {
    if (!event.isComposing && this.obey(event)) event.preventDefault();
  }

  mark({ params }: Event & { params: { mark: string } }) {
    markSelection(this.bodyTarget, params.mark);
  }

  line({ params }: Event & { params: { line: string } }) {
    prefixLines(this.bodyTarget, params.line);
  }

  /** Answer a message in particular. */
  answer(id: string, glance: string) {
    this.answered.value = id;
    this.contextWordsTarget.textContent = glance;
    this.contextTarget.hidden = false;
    this.bodyTarget.focus();
  }

  dropContext() {
    this.answered.value = "";
    this.contextTarget.hidden = true;
  }

  quote(words: string) {
    quote(this.bodyTarget, words);
  }

  /** Give words back to be sent again, unless something else is being written. */
  giveBack(words: string) {
    if (!this.bodyTarget.value) this.fill(words);
    this.bodyTarget.focus();
  }

  complain(words: string) {
    this.errorTarget.textContent = words;
    this.errorTarget.hidden = !words;
  }

  /** Nothing can be sent any more; what was typed stays to be copied. */
  close(words: string) {
    this.complain(words);
    for (const button of this.element.querySelectorAll("button")) button.disabled = true;
  }

  private obey(event: KeyboardEvent): boolean {
    const chord = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && (chord || (!event.shiftKey && hasKeyboard()))) {
      this.element.requestSubmit();
      return true;
    }
    if (event.key === "Enter" && event.shiftKey) return continueList(this.bodyTarget);
    if (chord && (event.key === "b" || event.key === "i")) {
      markSelection(this.bodyTarget, event.key === "b" ? "**" : "_");
      return true;
    }
    if (event.key === "ArrowUp" && !this.bodyTarget.value) {
      return this.dispatch("last", { cancelable: true }).defaultPrevented;
    }
    if (event.key === "Escape") this.dropContext();
    return false;
  }

  private fill(words: string) {
    this.bodyTarget.value = words;
    this.bodyTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private get answered(): HTMLInputElement {
    return this.element.elements.namedItem("reply_to") as HTMLInputElement;
  }
}

/** Enter sends where there is a keyboard; on a touch screen it begins a line. */
function hasKeyboard(): boolean {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}
