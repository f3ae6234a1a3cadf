import type { EditorView } from "prosemirror-view";
import { toast } from "../lib/toast.ts";
import { cite } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { FindDialog } from "./find_dialog.ts";

/** A message of a conversation, as it is cited. */
export interface Cited {
  id: number;
  author: string;
  excerpt: string;
  url?: string;
}

/** Sentences that rest on messages: cited from the conversation beside the text, or chosen from a list of them. */
export class Citing extends FindDialog {
  private asked = 0;

  constructor(
    desk: Desk,
    view: EditorView,
    /** Whether the caret was ever put into the text: else what is cited stands at its end. */
    private readonly wasIn: () => boolean,
    signal: AbortSignal,
  ) {
    super(desk, view, "cite", "cite-none");
    addEventListener("thread:cite", (event) => this.take((event as CustomEvent<Cited>).detail), {
      signal,
    });
    addEventListener(
      "thread:words",
      (event) => this.draw((event as CustomEvent<Cited>).detail.id),
      {
        signal,
      },
    );
  }

  /** A message that was chosen in the conversation beside the text. */
  private take(message: Cited): void {
    if (!message.id) return; // it is still on its way
    if (!this.view.editable) {
      toast(this.desk.say("cite-not-now"), "error");
      return;
    }
    this.put(message);
    if (this.isCovered) toast(this.desk.say("cited", { name: message.author }));
  }

  /** The text has the focus before it is changed: only then the place of the sentence is brought into view. */
  private put({ id, author, excerpt, url }: Cited): void {
    const isAtEnd = !this.wasIn();
    this.view.focus();
    this.desk.shown.learn("messages", id, { author, excerpt, url: url ?? `/messages/${id}/` });
    cite(id, isAtEnd)(this.view.state, this.view.dispatch);
    this.desk.slot("said").textContent = this.desk.say("cited", { name: author });
  }

  /** Whether the conversation lies over the text, as on a phone. */
  private get isCovered(): boolean {
    return Boolean(this.view.dom.closest("[inert]"));
  }

  /** What a message says changed, or is hidden: its sentences ask again. */
  private draw(id: number): void {
    this.desk.shown.forget("messages", id);
    for (const one of this.view.dom.querySelectorAll(`[data-message="${id}"]`)) {
      one.dispatchEvent(new Event("draw"));
    }
  }

  protected override async search(): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    const found = await this.found(this.field.value.trim());
    if (asked !== this.asked) return;
    this.list.show(
      (found ?? []).map((message) => ({
        icon: "quote",
        name: message.author,
        about: message.excerpt,
        choose: () => {
          this.dialog.close();
          this.put(message);
        },
      })),
    );
    if (!found) this.note(this.desk.say("cite-offline"));
    else this.note(found.length ? "" : this.desk.say("cite-none"));
  }

  /** The messages that can be cited; null when the line is down. */
  private async found(words: string): Promise<Cited[] | null> {
    const address = `${this.desk.addresses.messages}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    return answer?.ok ? ((await answer.json()) as { messages: Cited[] }).messages : null;
  }
}
