import { Controller } from "@hotwired/stimulus";
import { hasKeyboard } from "../lib/keyboard.ts";
import type { CarriedFile } from "../live/index.ts";
import { type Answered, Draft } from "./drafts.ts";
import { pasted, takeDrops } from "./dropping.ts";
import { lengthOf, mostOf } from "./length.ts";
import { Luggage } from "./luggage.ts";
import { continueList, markSelection, prefixLines, quote } from "./writing.ts";

/** What the composer tells when somebody sends: `composer:say`. Who sends it on prevents its default. */
export interface Say {
  words: string;
  replyTo: number | null;
  files: CarriedFile[];
}

/**
 * Where a message is written. What is typed is kept on this device until it is sent; without a
 * script the form does the same by itself. Tells `composer:say`, `composer:typing` and `composer:last`
 * (the person wants to change their last message).
 */
export default class ComposerController extends Controller<HTMLFormElement> {
  static targets = ["body", "context", "contextWords", "error", "files", "chip", "picker"];
  static values = { thread: Number, me: Number, empty: String, tooLong: String };
  declare readonly bodyTarget: HTMLTextAreaElement;
  declare readonly contextTarget: HTMLElement;
  declare readonly contextWordsTarget: HTMLElement;
  declare readonly errorTarget: HTMLElement;
  declare readonly filesTarget: HTMLElement;
  declare readonly chipTarget: HTMLTemplateElement;
  declare readonly pickerTarget: HTMLInputElement;
  declare readonly threadValue: number;
  declare readonly meValue: number;
  declare readonly emptyValue: string;
  declare readonly tooLongValue: string;

  private draft!: Draft;
  private luggage!: Luggage;
  private isWaiting = false;
  private stopDrops = () => {};

  connect() {
    this.draft = new Draft(this.meValue, this.threadValue);
    const kept = this.draft.read();
    const files = this.draft.files();
    if (kept && !this.bodyTarget.value) this.fill(kept);
    this.answerAgain(kept ? this.bodyTarget.value === kept : files.length > 0);
    this.luggage = new Luggage(this.filesTarget, this.chipTarget, () => this.packed());
    this.luggage.restore(files);
    const zone = this.element.closest<HTMLElement>("section.thread") ?? this.element;
    zone.dataset.drop = this.luggage.words.drop;
    this.stopDrops = takeDrops(zone, (brought) => this.take(brought));
  }

  disconnect() {
    this.stopDrops();
    this.luggage.close();
  }

  send(event: SubmitEvent) {
    if (!this.isReady()) {
      event.preventDefault();
      return;
    }
    const words = this.bodyTarget.value;
    const replyTo = this.answers;
    const files = this.luggage.carried;
    const detail = { words, replyTo, files } satisfies Say;
    if (!this.dispatch("say", { detail, cancelable: true }).defaultPrevented) {
      this.leaveToForm(files);
      return;
    }
    event.preventDefault();
    this.fill("");
    this.luggage.empty();
    this.dropContext();
  }

  /** Nobody here sends it, for a script of the page did not come: the form goes as it does without any. */
  private leaveToForm(files: CarriedFile[]) {
    this.draft.keep("");
    this.draft.keepFiles([]);
    this.draft.keepAnswered(null);
    for (const { token } of files) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "tokens", value: token });
      this.element.append(field);
    }
  }

  /** Whether the message can go now; if not, what is missing is said, and what is on its way is waited for. */
  private isReady(): boolean {
    const { words, isReady, isMoving, carried } = this.luggage;
    this.isWaiting = isMoving;
    const isEmpty = !this.bodyTarget.value.trim() && !carried.length;
    const isTooLong = lengthOf(this.bodyTarget.value) > mostOf(this.bodyTarget);
    if (isTooLong) this.complain(this.tooLongValue);
    else if (isMoving) this.complain(words.waiting, true);
    else if (!isReady) this.complain(words.stuck);
    else this.complain(isEmpty ? this.emptyValue : "");
    return isReady && !isEmpty && !isTooLong;
  }

  /** Something happened to the files: they are kept with the words, and a message that waited for them goes. */
  private packed() {
    if (!this.luggage) return;
    this.draft.keepFiles(this.luggage.carried);
    if (!this.isWaiting || this.luggage.isMoving) return;
    this.isWaiting = false;
    this.complain("");
    this.element.requestSubmit();
  }

  picked() {
    this.take([...(this.pickerTarget.files ?? [])]);
    this.pickerTarget.value = "";
  }

  pasted(event: ClipboardEvent) {
    const files = pasted(event);
    if (!files.length) return;
    event.preventDefault();
    this.take(files);
  }

  private take(files: File[]) {
    if (this.pickerTarget.disabled) return;
    this.complain("");
    this.luggage.add(files);
    this.bodyTarget.focus();
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

  /** Begin to call somebody by name. */
  call() {
    const field = this.bodyTarget;
    const before = field.value.slice(0, field.selectionStart);
    field.focus();
    field.setRangeText(
      !before || /\s$/.test(before) ? "@" : " @",
      before.length,
      field.selectionEnd,
      "end",
    );
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Answer a message in particular. */
  answer(id: string, glance: string) {
    this.showAnswered({ id, glance });
    this.bodyTarget.focus();
  }

  dropContext() {
    this.answered.value = "";
    this.contextTarget.hidden = true;
    this.draft.keepAnswered(null);
  }

  /** The message that is being answered, null for none. */
  get answers(): number | null {
    return Number(this.answered.value) || null;
  }

  /** A message went away: nothing answers it any more. */
  drop(id: number) {
    if (this.answers === id) this.dropContext();
  }

  /** What the kept words answered; without those words nothing is answered. */
  private answerAgain(hasWords: boolean) {
    if (this.answers) return;
    const kept = hasWords ? this.draft.answered() : null;
    if (kept) this.showAnswered(kept);
    else this.draft.keepAnswered(null);
  }

  private showAnswered(answered: Answered) {
    this.answered.value = answered.id;
    this.contextWordsTarget.textContent = answered.glance;
    this.contextTarget.hidden = false;
    this.draft.keepAnswered(answered);
  }

  quote(words: string) {
    quote(this.bodyTarget, words);
  }

  /** Words to be sent from here, after those that are being written. */
  add(words: string) {
    const { value } = this.bodyTarget;
    this.fill(value.trim() ? `${value.trimEnd()}\n\n${words}` : words);
  }

  /** Give words and files back to be sent again. */
  giveBack(words: string, files: CarriedFile[] = []) {
    this.add(words);
    this.luggage.restore(files);
    this.bodyTarget.focus();
  }

  complain(words: string, isOnlyNews = false) {
    this.errorTarget.classList.toggle("composer__error--news", isOnlyNews);
    this.errorTarget.textContent = words;
    this.errorTarget.hidden = !words;
  }

  /** Nothing can be sent any more; what was typed stays to be copied. */
  close(words: string) {
    this.complain(words);
    for (const button of this.element.querySelectorAll("button")) button.disabled = true;
    this.pickerTarget.disabled = true;
  }

  /** Enter sends where there is a keyboard; on a touch screen it begins a line. */
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
