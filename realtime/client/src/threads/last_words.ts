import { setMoment } from "../lib/moment.ts";
import type { StreamEvent } from "../live/index.ts";
import type { MessageEdited, MessagePosted } from "./events.ts";

const EXCERPT = 140;

/** What a row says where there are no words to show. */
export interface LastWords {
  takenBack: string;
  hidden: string;
  file: string;
  former: string;
}

/** Show in every row of a conversation what was said last, by whom and when, as far as an event tells. */
export function showLast(thread: number, event: StreamEvent, words: LastWords): void {
  for (const row of document.querySelectorAll<HTMLElement>(`[data-unread-thread="${thread}"]`)) {
    const last = row.querySelector<HTMLElement>("[data-slot=last]");
    if (!last) continue;
    if (event.kind === "message.posted") {
      post(row, last, event.payload as unknown as MessagePosted, words);
      rise(row);
    } else if (last.dataset.id === String(event.payload.id)) change(last, event, words);
  }
}

function post(row: HTMLElement, last: HTMLElement, message: MessagePosted, words: LastWords): void {
  last.dataset.id = String(message.id);
  last.hidden = false;
  const author = last.querySelector("[data-slot=last-author]");
  if (author) author.textContent = message.author.name || words.former;
  say(last, excerpt(message.html) || words.file);
  setMoment(row.querySelector("[data-slot=last-at] relative-time"), message.posted_at);
}

function change(last: HTMLElement, { kind, payload }: StreamEvent, words: LastWords): void {
  if (kind === "message.deleted") say(last, words.takenBack, "i");
  else if (kind === "message.hidden") say(last, words.hidden, "i");
  else if (kind === "message.edited" || kind === "message.shown")
    say(last, excerpt((payload as unknown as MessageEdited).html) || words.file);
}

function say(last: HTMLElement, words: string, tag: "i" | "span" = "span"): void {
  const part = document.createElement(tag);
  part.textContent = words;
  last.querySelector("[data-slot=last-words]")?.replaceChildren(part);
}

/** The beginning of a message as plain text, cut at a word: as the server cuts it. */
function excerpt(html: string): string {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  const text = (parsed.content.textContent ?? "").replace(/\s+/g, " ").trim();
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT).replace(/ [^ ]*$/, "")}…`;
}

/** The row comes first among those like it, unless somebody points at the list or walks in it. */
function rise(row: HTMLElement): void {
  const item = row.closest<HTMLElement>("[data-unread-row]");
  const list = item?.closest<HTMLElement>("[data-latest-first]");
  if (!item || !list || list.matches(":hover") || list.contains(document.activeElement)) return;
  const isPinned = "pinned" in item.dataset;
  const first = [...list.querySelectorAll<HTMLElement>("[data-unread-row]")].find(
    (other) => "pinned" in other.dataset === isPinned,
  );
  if (first && first !== item) list.insertBefore(item, first);
}
