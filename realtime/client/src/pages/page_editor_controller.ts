import { Controller } from "@hotwired/stimulus";
import type { Editing } from "./editing.ts";
import type { Status } from "./provider.ts";

/** The sentences about a text that stand in the template, by what they are about. */
type Notice =
  | "offline"
  | "read"
  | "refused"
  | "full"
  | "signed-out"
  | "no-right"
  | "gone"
  | "reload"
  | "left";

const LATER = 2_000;

/**
 * Where a page is written together. The editor itself arrives when the page holds one; until it has the text, the text
 * that the server drew stands there.
 */
export default class PageEditorController extends Controller<HTMLElement> {
  static values = {
    document: Number,
    me: Number,
    find: String,
    image: String,
    file: String,
    shown: String,
    messages: String,
    passages: String,
    talk: String,
    people: String,
  };
  declare readonly documentValue: number;
  declare readonly meValue: number;
  declare readonly findValue: string;
  declare readonly imageValue: string;
  declare readonly fileValue: string;
  declare readonly shownValue: string;
  declare readonly messagesValue: string;
  declare readonly passagesValue: string;
  declare readonly talkValue: string;
  declare readonly peopleValue: string;

  private editing: Editing | null = null;
  private left: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly leaving = (event: BeforeUnloadEvent) => {
    if (this.editing?.provider.status.isUnsaved || this.editing?.isBringing) event.preventDefault();
  };
  private readonly seen = () => this.stay();

  connect() {
    addEventListener("beforeunload", this.leaving);
    visualViewport?.addEventListener("resize", this.seen);
    visualViewport?.addEventListener("scroll", this.seen);
    void this.open();
  }

  disconnect() {
    removeEventListener("beforeunload", this.leaving);
    visualViewport?.removeEventListener("resize", this.seen);
    visualViewport?.removeEventListener("scroll", this.seen);
    clearTimeout(this.timer);
    this.editing?.close();
    this.editing = null;
  }

  /** The server refused what was written here: the text is begun anew, the words are still offered. */
  async again() {
    this.left = [...this.left, ...(this.editing?.unsent ?? [])];
    await this.editing?.discard();
    this.editing = null;
    await this.open();
  }

  async copyWords({ currentTarget }: Event) {
    const words = [...this.left, ...(this.editing?.unsent ?? [])].join("\n\n");
    await navigator.clipboard.writeText(words);
    const button = currentTarget as HTMLElement;
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, LATER);
  }

  forgetWords() {
    this.left = [];
    this.notice(null);
    if (this.editing) this.show(this.editing.provider.status);
  }

  retry() {
    this.editing?.provider.wake();
  }

  private async open() {
    const [{ Editing }, { Desk }] = await Promise.all([
      import("./editing.ts"),
      import("./desk.ts"),
    ]);
    if (!this.element.isConnected) return;
    const desk = new Desk(this.element, {
      find: this.findValue,
      image: this.imageValue,
      file: this.fileValue,
      shown: this.shownValue,
      messages: this.messagesValue,
      passages: this.passagesValue,
      talk: this.talkValue,
      people: this.peopleValue,
    });
    const url = new URL(
      `/live/documents/${this.documentValue}`,
      location.href.replace(/^http/, "ws"),
    );
    const editing = await Editing.open(
      desk,
      { document: this.documentValue, person: this.meValue, url: url.href },
      {
        status: (status) => this.show(status),
        anew: (unsent) => {
          this.left = [...this.left, ...unsent];
          this.editing = null;
          void this.open();
        },
      },
    );
    if (!this.element.isConnected) {
      editing.close();
      return;
    }
    this.editing = editing;
    this.show(editing.provider.status);
    this.stay();
  }

  private show(status: Status) {
    const { editing } = this;
    if (!editing || status.line === "closed") return;
    this.element.toggleAttribute("data-ready", editing.isReady);
    this.element.toggleAttribute("data-reading", !editing.view.editable);
    this.state(stateOf(status));
    const at = this.element.querySelector<HTMLTimeElement>("[data-slot=kept-at]");
    if (at && status.keptAt) at.dateTime = status.keptAt;
    this.element.toggleAttribute("data-kept", Boolean(status.keptAt));
    clearTimeout(this.timer);
    const notice = noticeOf(status, this.left.length > 0);
    const wait = notice === "offline" ? LATER : 0; // a short interruption is not worth a sentence
    this.timer = setTimeout(() => this.notice(notice, status.words), wait);
  }

  /** The one word for how the text stands. */
  private state(state: string) {
    if (this.element.dataset.state === state) return;
    this.element.dataset.state = state;
    for (const one of this.element.querySelectorAll<HTMLElement>("[data-when]")) {
      one.hidden = one.dataset.when !== state;
    }
  }

  private notice(about: Notice | null, words = "") {
    const hasWords = this.left.length > 0 || (this.editing?.unsent.length ?? 0) > 0;
    for (const one of this.element.querySelectorAll<HTMLElement>("[data-notice]")) {
      one.hidden = one.dataset.notice !== about;
      const why = one.querySelector<HTMLElement>("[data-part=why]");
      if (why && words) why.textContent = words;
      for (const part of one.querySelectorAll<HTMLElement>("[data-part=words]")) {
        part.hidden = !hasWords;
      }
    }
  }

  /** Above the keyboard of a phone. */
  private stay() {
    const view = visualViewport;
    if (!view) return;
    const under = Math.max(0, Math.round(innerHeight - view.height - view.offsetTop));
    this.element.style.setProperty("--keyboard", `${under}px`);
    this.element.toggleAttribute("data-keyboard", under > 120);
  }
}

/** How a text stands, in one word of the template. */
export function stateOf({ line, isSynced, mode, isUnsaved, refusal }: Status): string {
  if (line === "connecting") return "connecting";
  if (line === "offline") return "offline";
  if (line !== "live") return "refused";
  if (!isSynced) return "connecting";
  if (mode === "read") return "read";
  if (refusal) return "refused";
  return isUnsaved ? "unsaved" : "saved";
}

function noticeOf({ line, mode, refusal }: Status, hasLeft: boolean): Notice | null {
  if (line === "offline") return "offline";
  if (line !== "live" && line !== "connecting")
    return line === "closed" || line === "anew" ? null : line;
  if (mode === "read") return "read";
  if (refusal === "full") return "full";
  return hasLeft ? "left" : null;
}
