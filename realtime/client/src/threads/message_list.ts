import type { MessageEdited, MessagePosted, ReactionShown } from "./events.ts";
import { drawFace } from "./faces.ts";

const RUN_MS = 5 * 60 * 1000;

/** What the list needs of the screen it stands in. */
export interface Mold {
  template: HTMLTemplateElement;
  day: HTMLTemplateElement;
  me: number;
  peopleUrl: string;
  former: string;
  takenBack: string;
}

/** The rows of a conversation. A message has one row, whatever is told of it, and how often. */
export class MessageList {
  constructor(
    private readonly list: HTMLElement,
    private readonly mold: Mold,
  ) {}

  /** The row of a message, or of a pending one by the id its browser made. */
  row(id: number | string): HTMLElement | null {
    const name = typeof id === "number" ? "id" : "cid";
    return this.rows().find((row) => row.dataset[name] === String(id)) ?? null;
  }

  rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("li[data-seq]")];
  }

  /** The place of the last message said, 0 for none. */
  lastSeq(): number {
    return Math.max(0, ...this.rows().map((row) => Number(row.dataset.seq)));
  }

  /** Show a message that was said; its pending row, if any, becomes it. Null when it was there already. */
  post(message: MessagePosted): HTMLElement | null {
    if (this.row(message.id)) return null;
    const pending = this.row(message.cid);
    const row = this.draw(message);
    row.id = `m-${message.id}`;
    row.dataset.id = String(message.id);
    row.dataset.seq = String(message.seq);
    this.address(row, message.id);
    pending?.remove();
    this.insert(row, message.seq);
    return row;
  }

  /** Show words that are not said yet, at the end. */
  pend(message: MessagePosted): HTMLElement {
    this.row(message.cid)?.remove();
    const row = this.draw(message);
    row.dataset.cid = message.cid;
    row.dataset.seq = String(Number.MAX_SAFE_INTEGER);
    row.dataset.state = "pending";
    slot(row, "actions")?.setAttribute("hidden", "");
    this.insert(row, Number.MAX_SAFE_INTEGER);
    return row;
  }

  /** Say of a pending row how it goes; `acts` are what the person can do about it. */
  state(
    cid: string,
    state: "pending" | "sent" | "failed",
    words: string,
    acts: HTMLElement[] = [],
  ): void {
    const row = this.row(cid);
    const place = row && slot(row, "state");
    if (!row || !place) return;
    row.dataset.state = state;
    place.hidden = !words;
    place.replaceChildren(words, ...acts);
  }

  /** Add a stretch drawn by the server above or below; rows that are here already stay as they are. */
  merge(html: string, where: "above" | "below"): void {
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    for (const row of parsed.content.querySelectorAll<HTMLElement>("li[data-id]")) {
      if (this.row(Number(row.dataset.id))) row.remove();
    }
    if (where === "above") this.list.prepend(parsed.content);
    else this.list.append(parsed.content);
    this.tidyDays();
  }

  /** Each day is told once, above its first message. */
  private tidyDays(): void {
    const told = new Set<string>();
    for (const line of this.list.querySelectorAll<HTMLElement>("li[data-day]")) {
      const day = line.dataset.day ?? "";
      if (told.has(day)) line.remove();
      told.add(day);
    }
  }

  edit(message: MessageEdited): void {
    const row = this.row(message.id);
    const body = row && slot(row, "body");
    if (!row || !body || row.classList.contains("message--deleted")) return;
    body.innerHTML = message.html;
    row.dataset.source = message.body;
    slot(row, "edited")?.removeAttribute("hidden");
  }

  remove(id: number): void {
    const row = this.row(id);
    const body = row && slot(row, "body");
    if (!row || !body) return;
    row.classList.add("message--deleted");
    row.dataset.source = "";
    body.textContent = this.mold.takenBack;
    for (const name of ["actions", "reactions", "edited", "reply", "state"])
      slot(row, name)?.remove();
    for (const glance of this.list.querySelectorAll(`.message__reply[href="#m-${id}"]`))
      glance.remove();
  }

  /** Show the signs on a message, each with its people. */
  react(id: number, reactions: ReactionShown[]): void {
    const row = this.row(id);
    const place = row && slot(row, "reactions");
    if (!place) return;
    place.hidden = reactions.length === 0;
    place.replaceChildren(...reactions.map((reaction) => this.sign(id, reaction)));
  }

  private sign(id: number, { emoji, people }: ReactionShown): HTMLElement {
    const button = document.createElement("button");
    button.className = "reaction";
    button.name = "emoji";
    button.value = emoji;
    button.title = people.map((person) => person.name || this.mold.former).join(", ");
    button.setAttribute(
      "aria-pressed",
      String(people.some((person) => person.id === this.mold.me)),
    );
    const many = document.createElement("span");
    many.textContent = String(people.length);
    button.append(`${emoji} `, many);
    const form = document.createElement("form");
    form.method = "post";
    form.action = `/messages/${id}/react/`;
    form.dataset.action = "thread#sign";
    form.append(button);
    return form;
  }

  private draw(message: MessagePosted): HTMLElement {
    const row = this.mold.template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const { author } = message;
    row.dataset.author = String(author.id ?? "");
    row.dataset.at = message.posted_at;
    row.dataset.source = message.body;
    row.classList.toggle("message--guest", author.is_guest);
    const face = row.querySelector(".avatar");
    if (face) drawFace(face, author);
    this.name(row, message);
    this.answer(row, message);
    const body = slot(row, "body");
    if (body) body.innerHTML = message.html;
    row.querySelector("relative-time")?.setAttribute("datetime", message.posted_at);
    if (author.id !== this.mold.me)
      for (const act of ["edit-act", "delete-act"]) slot(row, act)?.remove();
    return row;
  }

  private name(row: HTMLElement, { author }: MessagePosted): void {
    const name = slot(row, "author");
    if (name) name.textContent = author.name || this.mold.former;
    if (author.id === null || author.is_guest || !this.mold.peopleUrl)
      name?.removeAttribute("href");
    else name?.setAttribute("href", `${this.mold.peopleUrl}${author.id}/`);
    if (!author.is_guest) slot(row, "guest")?.remove();
  }

  private answer(row: HTMLElement, { reply_to: answered }: MessagePosted): void {
    const glance = slot(row, "reply");
    if (!answered) {
      glance?.remove();
      return;
    }
    glance?.setAttribute("href", `#m-${answered.id}`);
    const who = glance?.querySelector("b");
    const words = glance?.querySelector("span span");
    if (who) who.textContent = answered.author || this.mold.former;
    if (words) words.textContent = answered.excerpt;
  }

  /** The mold's addresses name message 0. */
  private address(row: HTMLElement, id: number): void {
    for (const link of row.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href") ?? "";
      link.setAttribute(
        "href",
        href.replace(/\/0\/|=0(?=#|$)/, (zero) => zero.replace("0", String(id))),
      );
    }
  }

  private insert(row: HTMLElement, seq: number): void {
    const after = this.rows().findLast((other) => Number(other.dataset.seq) <= seq);
    if (after) after.after(row);
    else this.list.prepend(row);
    this.join(row);
    const next = row.nextElementSibling;
    if (next instanceof HTMLElement && next.dataset.seq) this.join(next);
  }

  /** Whether a row begins a day, or goes on where the same person just was. */
  private join(row: HTMLElement): void {
    const before = row.previousElementSibling;
    const previous = before instanceof HTMLElement && before.dataset.seq ? before : null;
    const day = dayOf(row);
    const told = this.rows().findLast((other) => follows(other, row));
    if (!told || dayOf(told) !== day) {
      if (!(before instanceof HTMLElement && before.dataset.day === day))
        row.before(this.newDay(row, day));
      row.classList.remove("message--run");
    } else {
      row.classList.toggle("message--run", previous !== null && goesOn(previous, row));
    }
  }

  private newDay(row: HTMLElement, day: string): HTMLElement {
    const line = this.mold.day.content.firstElementChild?.cloneNode(true) as HTMLElement;
    line.dataset.day = day;
    const time = line.querySelector("time");
    const at = new Date(row.dataset.at ?? "");
    if (time) {
      time.dateTime = day;
      time.textContent = at.toLocaleDateString(document.documentElement.lang, {
        dateStyle: "long",
        ...zone(),
      });
    }
    return line;
  }
}

export function slot(row: HTMLElement, name: string): HTMLElement | null {
  return row.querySelector<HTMLElement>(`[data-slot="${name}"]`);
}

function follows(other: HTMLElement, row: HTMLElement): boolean {
  return Boolean(other.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function goesOn(previous: HTMLElement, row: HTMLElement): boolean {
  const gap = Date.parse(row.dataset.at ?? "") - Date.parse(previous.dataset.at ?? "");
  const same = previous.dataset.author !== "" && previous.dataset.author === row.dataset.author;
  return same && gap < RUN_MS && !slot(row, "reply");
}

/** The day of a row, in the person's own zone: "2026-03-01". */
function dayOf(row: HTMLElement): string {
  return new Date(row.dataset.at ?? "").toLocaleDateString("en-CA", zone());
}

function zone(): { timeZone?: string } {
  const name = document.documentElement.getAttribute("time-zone");
  return name ? { timeZone: name } : {};
}
