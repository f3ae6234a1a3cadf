import type { Draft } from "../live/index.ts";
import { spoken } from "./calls.ts";
import type { Author, MessagePosted } from "./events.ts";
import type { MessageList } from "./message_list.ts";

/** What drawing words on their way needs of the screen. */
export interface Desk {
  me: Author;
  messages: MessageList;
  outbox: { retry(cid: string): Promise<void>; discard(cid: string): Promise<Draft | null> };
  /** `sending`, `failed`, `retry` and `discard`, in the person's language. */
  words: Record<string, string>;
  /** Puts words back where one writes. */
  giveBack(draft: Draft): void;
}

/** Words that are not said yet, each where it will stand: on its way, or stuck with what can be done about it. */
export class Unsaid {
  constructor(private readonly desk: Desk) {}

  /** What becomes of a draft. */
  draw(draft: Draft): void {
    const { messages, words } = this.desk;
    if (draft.state !== "sent" && !messages.row(draft.cid)) messages.pend(this.asMessage(draft));
    if (draft.state === "failed") {
      const acts = [
        button(words.retry, () => void this.desk.outbox.retry(draft.cid)),
        button(words.discard, () => void this.discard(draft.cid)),
      ];
      messages.state(draft.cid, "failed", draft.error || (words.failed ?? ""), acts);
    } else {
      messages.state(draft.cid, draft.state, draft.state === "sent" ? "" : (words.sending ?? ""));
    }
  }

  /** The words go back into the composer rather than away. */
  private async discard(cid: string): Promise<void> {
    this.desk.messages.row(cid)?.remove();
    const draft = await this.desk.outbox.discard(cid);
    if (draft) this.desk.giveBack(draft);
  }

  private asMessage(draft: Draft): MessagePosted {
    const text = document.createElement("p");
    text.textContent = spoken(draft.body);
    text.className = "message__raw";
    const answered = draft.replyTo === null ? null : this.desk.messages.row(draft.replyTo);
    return {
      id: 0,
      seq: 0,
      cid: draft.cid,
      author: this.desk.me,
      html: text.outerHTML,
      body: draft.body,
      files: draft.files ?? [],
      reply_to: answered && draft.replyTo ? { id: draft.replyTo, ...glance(answered) } : null,
      posted_at: draft.writtenAt,
      poll: null,
    };
  }
}

function button(words: string | undefined, act: () => void): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--quiet";
  made.textContent = words ?? "";
  made.addEventListener("click", act);
  return made;
}

/** Who said what a row holds, and its beginning. */
export function glance(row: HTMLElement): { author: string; excerpt: string } {
  const author = row.querySelector("[data-slot=author]")?.textContent?.trim() ?? "";
  const words = row.querySelector("[data-slot=body]")?.textContent?.trim() ?? "";
  return { author, excerpt: words.slice(0, 100) };
}
