import { longDay, setMoment, zone } from "../lib/moment.ts";
import { address } from "./calls.ts";
import type {
  HelpfulChanged,
  MessageEdited,
  MessageHidden,
  MessagePosted,
  MessageShown,
  MessagesMoved,
  PollChanged,
  ReactionShown,
  SynthesisChanged,
  TraceLeft,
} from "./events.ts";
import { drawFace } from "./faces.ts";
import { drawFiles } from "./files.ts";
import { changePoll, drawPoll, type PollWords, showHelpful } from "./polls.ts";
import { takesPart } from "./states.ts";
import { drawTrace } from "./traces.ts";
import { showWords } from "./words.ts";

/** What hangs on words that can be read, and goes with them. */
const HANGING = ["actions", "files", "reactions", "edited", "state", "kept", "poll", "helpful"];
const RUN_MS = 5 * 60 * 1000;
/** The place of words that are being sent: after all others. */
const UNSAID = String(Number.MAX_SAFE_INTEGER);

/** What the list needs of the screen it stands in. */
export interface Mold {
  template: HTMLTemplateElement;
  day: HTMLTemplateElement;
  traces?: HTMLTemplateElement;
  cover?: HTMLTemplateElement;
  poll?: HTMLTemplateElement;
  pollWords?: PollWords;
  me: number;
  peopleUrl: string;
  former: string;
  takenBack: string;
  units: string[];
  /** Told the words that somebody was changing in a row that goes. */
  rescue?: (words: string) => void;
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

  /** The rows that have their place for good: what is still being sent has none. */
  saidRows(): HTMLElement[] {
    return this.rows().filter((row) => row.dataset.seq !== UNSAID);
  }

  /** The place of the last row that has one, 0 for none. */
  lastSeq(): number {
    return Math.max(0, ...this.saidRows().map((row) => Number(row.dataset.seq)));
  }

  /** Show a message that was said; its pending row, if any, becomes it. Null when it was there already. */
  post(message: MessagePosted): HTMLElement | null {
    if (this.row(message.id)) return null;
    const pending = this.row(message.cid);
    const row = this.drawSaid(message);
    pending?.remove();
    this.insert(row, message.seq);
    if (pending) this.tidyDays(); // the line of the day that stood above what was on its way
    return row;
  }

  /** Show what happened to the thread, once, in its place among the messages. */
  trace(told: TraceLeft, seq: number): void {
    if (!this.mold.traces || this.list.querySelector(`#t-${seq}`)) return;
    const row = drawTrace(this.mold.traces, told, seq, this.mold.former);
    if (row) this.insert(row, seq);
  }

  /** Messages that went elsewhere leave, with the glances at them; a trace stands where the first one was. */
  leave({ ids, seq, trace }: MessagesMoved): void {
    for (const id of ids) {
      const row = this.row(id);
      if (row) this.drop(row);
      for (const glance of this.list.querySelectorAll(`.message__reply[href="#m-${id}"]`))
        glance.remove();
    }
    if (this.reaches(seq)) this.trace(trace, seq);
    this.rejoin();
  }

  /** Take a row away; what is being changed in it is told first. */
  drop(row: HTMLElement): void {
    const field = row.querySelector<HTMLTextAreaElement>("form.message__editor textarea");
    row.remove();
    if (field && field.value !== field.defaultValue) this.mold.rescue?.(field.value);
  }

  /** Rows drawn by the server, of messages that came from elsewhere, each in its place. */
  adopt(html: string): void {
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    for (const row of parsed.content.querySelectorAll<HTMLElement>("li[data-id]")) {
      if (!this.row(Number(row.dataset.id))) this.insert(row, Number(row.dataset.seq));
    }
  }

  /** Whether the stretch that is here holds a place, or ends the conversation on that side. */
  private reaches(seq: number): boolean {
    const seqs = this.rows().map((row) => Number(row.dataset.seq));
    const older = this.list.querySelector("[data-thread-target=older]");
    const newer = this.list.querySelector("[data-thread-target=newer]");
    return !(older && seq < Math.min(...seqs)) && !(newer && seq > Math.max(...seqs));
  }

  /** Days and runs, told anew after rows went away. */
  private rejoin(): void {
    for (const day of this.list.querySelectorAll("li[data-day]:not([data-seq])")) day.remove();
    for (const row of this.rows()) this.join(row);
  }

  /** Show words that are not said yet, at the end. */
  pend(message: MessagePosted): HTMLElement {
    this.row(message.cid)?.remove();
    const row = this.draw(message);
    row.dataset.cid = message.cid;
    row.dataset.seq = UNSAID;
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
    for (const trace of parsed.content.querySelectorAll<HTMLElement>("li[data-trace]")) {
      if (this.list.querySelector(`#${trace.id}`)) trace.remove();
    }
    if (where === "above") this.list.prepend(parsed.content);
    else this.list.append(parsed.content);
    this.tidyDays();
  }

  /** Take rows away at one end until `keep` are left; whether any went. What is not said yet never goes. */
  trim(end: "first" | "last", keep: number): boolean {
    const rows = this.rows();
    const extra = rows.length - keep;
    if (extra <= 0 || (end === "last" && rows.some((row) => "state" in row.dataset))) return false;
    for (const row of end === "first" ? rows.slice(0, extra) : rows.slice(-extra)) this.drop(row);
    for (const line of this.list.querySelectorAll("li[data-day], li[data-unread-line]"))
      if (!nextRow(line)) line.remove();
    for (const line of [...this.list.querySelectorAll("li[data-day]")].reverse())
      if (line.nextElementSibling?.matches("li[data-day]")) line.remove();
    const first = this.rows()[0];
    if (first) this.join(first);
    return true;
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
    this.glances(message.id, message.excerpt);
    const row = this.row(message.id);
    const body = row && slot(row, "body");
    if (!row || !body || row.classList.contains("message--deleted")) return;
    showWords(body, message);
    address(body, this.mold.me, this.mold.peopleUrl);
    row.dataset.source = message.body;
    slot(row, "edited")?.removeAttribute("hidden");
  }

  remove(id: number): void {
    const row = this.row(id);
    const body = row && slot(row, "body");
    if (!row || !body) return;
    row.classList.add("message--deleted");
    row.dataset.source = "";
    showWords(body, { html: "", body: "" });
    body.textContent = this.mold.takenBack;
    for (const name of [...HANGING, "reply"]) slot(row, name)?.remove();
    for (const glance of this.list.querySelectorAll(`.message__reply[href="#m-${id}"]`))
      glance.remove();
    for (const link of this.list.querySelectorAll(`.trace a[href="/messages/${id}/"]`))
      link.removeAttribute("href");
  }

  /** Put a cover in the place of a message's words, and take them out of the answers to it. */
  hide({ id, reason }: MessageHidden): void {
    this.glances(id, "");
    const row = this.row(id);
    const body = row && slot(row, "body");
    if (!row || !body || row.classList.contains("message--deleted")) return;
    row.classList.add("message--hidden");
    row.dataset.source = "";
    body.hidden = false; // over the words that may be being changed
    showWords(body, { html: "", body: "" });
    body.replaceChildren(this.mold.cover?.content.cloneNode(true) ?? reason);
    const why = slot(row, "reason");
    if (why) why.textContent = reason;
    this.address(row, id);
    for (const name of HANGING) slot(row, name)?.remove();
  }

  /** Show a hidden message again, whole. */
  show(message: MessageShown): void {
    this.glances(message.id, message.excerpt);
    const row = this.row(message.id);
    if (!row) return;
    const whole = this.drawSaid(message);
    if (message.edited_at) slot(whole, "edited")?.removeAttribute("hidden");
    this.swap(row, whole);
    this.react(message.id, message.reactions);
  }

  /** Put a row drawn by the server in the place of the one that is here. */
  replace(id: number, html: string): void {
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    const fresh = parsed.content.querySelector<HTMLElement>("li[data-id]");
    const row = this.row(id);
    if (!fresh || !row) return;
    this.swap(row, fresh);
  }

  /** Put a row in the place of another. What is being changed in it stays, under the reason why it is hidden. */
  private swap(row: HTMLElement, fresh: HTMLElement): void {
    const form = row.querySelector<HTMLFormElement>("form.message__editor");
    const focused = form?.contains(document.activeElement) ? document.activeElement : null;
    row.replaceWith(fresh);
    this.join(fresh);
    const body = slot(fresh, "body");
    if (!form || !body) return;
    body.hidden = !fresh.classList.contains("message--hidden");
    body.after(form);
    (focused as HTMLElement | null)?.focus();
  }

  /** What the answers to a message show of it. */
  private glances(id: number, words: string): void {
    for (const glance of this.list.querySelectorAll(`.message__reply[href="#m-${id}"] span span`))
      glance.textContent = words || "…";
  }

  /** Show the signs on a message, each with its people. */
  react(id: number, reactions: ReactionShown[]): void {
    const row = this.row(id);
    const place = row && slot(row, "reactions");
    if (!place) return;
    place.hidden = reactions.length === 0;
    place.replaceChildren(...reactions.map((reaction) => this.sign(id, reaction, takesPart(row))));
  }

  /** Mark the messages that the page of a synthesis cites, and no others. */
  keep({ page, cited }: SynthesisChanged): void {
    if (!page) return;
    for (const row of this.rows()) {
      const place = slot(row, "kept");
      const link = [...(place?.querySelectorAll("a") ?? [])].find(
        (other) => other.getAttribute("href") === page.url,
      );
      if (!place) continue;
      const isCited = cited.includes(Number(row.dataset.id));
      if (link && isCited) link.textContent = page.title;
      else if (link) link.remove();
      else if (!isCited) continue;
      else place.append(" ", anchor(page.url, page.title));
      place.hidden = !place.querySelector("a");
    }
  }

  /** Show who chose what in the poll of a message. */
  vote(told: PollChanged): void {
    const row = this.row(told.id);
    const poll = row && slot(row, "poll");
    if (poll) changePoll(poll, told, this.mold.me, this.mold.pollWords ?? {});
  }

  /** Show whom a message helped. */
  help({ id, people }: HelpfulChanged): void {
    const row = this.row(id);
    if (row) showHelpful(row, people, this.mold.me, this.mold.pollWords ?? {});
  }

  private sign(id: number, { emoji, people }: ReactionShown, may: boolean): HTMLElement {
    const button = document.createElement("button");
    button.className = "reaction";
    button.name = "emoji";
    button.value = emoji;
    button.disabled = !may;
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

  /** The row of a message that is said, with its place and its addresses. */
  private drawSaid(message: MessagePosted): HTMLElement {
    const row = this.draw(message);
    row.id = `m-${message.id}`;
    row.dataset.id = String(message.id);
    row.dataset.seq = String(message.seq);
    this.address(row, message.id);
    return row;
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
    const files = slot(row, "files");
    if (files) drawFiles(files, message.files, this.mold.units);
    const body = slot(row, "body");
    if (body) {
      showWords(body, message);
      address(body, this.mold.me, this.mold.peopleUrl);
    }
    setMoment(row.querySelector("relative-time"), message.posted_at);
    if (author.id !== this.mold.me)
      for (const act of ["edit-act", "delete-act"]) slot(row, act)?.remove();
    else for (const act of ["report-act", "helpful-act"]) slot(row, act)?.remove();
    if (message.poll && this.mold.poll)
      slot(row, "helpful")?.before(
        drawPoll(this.mold.poll, message, message.poll, this.mold.me, this.mold.pollWords ?? {}),
      );
    if (author.id !== this.mold.me && slot(row, "aside-act")?.hasAttribute("data-own"))
      slot(row, "aside-act")?.remove();
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
    if (words) words.textContent = answered.excerpt || "…";
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
    for (const form of row.querySelectorAll("form"))
      form.setAttribute("action", (form.getAttribute("action") ?? "").replace("/0/", `/${id}/`));
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
      time.textContent = longDay(at);
    }
    return line;
  }
}

export function slot(row: HTMLElement, name: string): HTMLElement | null {
  return row.querySelector<HTMLElement>(`[data-slot="${name}"]`);
}

function anchor(url: string, words: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = words;
  return link;
}

/** The first message after a line, unless another day begins before. */
function nextRow(line: Element): boolean {
  for (let next = line.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches("li[data-seq]")) return true;
    if (next.matches("li[data-day]")) return false;
  }
  return false;
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
  return new Date(row.dataset.at ?? "").toLocaleDateString("en-CA", { timeZone: zone() });
}
